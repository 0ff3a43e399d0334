import * as v from "valibot";
import { withLock } from "../dynamodb/lock.ts";
import { httpError } from "../errors.ts";
import { fields } from "../http/body.ts";
import { changedSecrets, MaskedSecret, WebhookSecret } from "../marketplaces/webhook_secrets.ts";
import { mask } from "../secrets/mask.ts";
import { ENDPOINTS_LOCK } from "./endpoints_state.ts";
import { readRegistered, saveAdded } from "./registered_endpoints.ts";

/** One of the two; a secret that is there is named as it is shown. */
export const AddedSecretsChange = v.pipe(
  fields({ add_webhook_secret: v.optional(WebhookSecret), retire_webhook_secret: v.optional(MaskedSecret) }),
  v.check((change) => Object.keys(change).length === 1, "must add a secret, or retire one"),
);

/**
 * Adds or retires a webhook secret of the Space's that is of no endpoint of ours, so that what a `stripe listen` forwards
 * to the Space's URL is verified. The endpoints' own secrets are not touched.
 * @returns those there are now, masked
 * @throws {ValidationError} naming the field; {HttpError} 409 while the Space's endpoints are being changed
 */
export async function changeAddedSecrets(
  space: string,
  change: v.InferOutput<typeof AddedSecretsChange>,
  actor: string,
): Promise<string[]> {
  const done = await withLock(space, ENDPOINTS_LOCK, async () => {
    const before = await readRegistered(space);
    const { add_webhook_secret: added, retire_webhook_secret: retired } = change;
    const [field, wanted] = added
      ? ["add_webhook_secret", [...before.added, added]]
      : ["retire_webhook_secret", before.added.filter((secret) => mask(secret) !== retired)];
    const after = changedSecrets(wanted, before.added, field);
    const masked = after.map(mask);
    const what = `set the webhook secrets that people added to ${masked.join(", ") || "none"}`;
    await saveAdded(space, before, after, actor, what);
    return masked;
  });
  if (!done) throw httpError("under_way");
  return done;
}

import { GetCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { spaceKey } from "../dynamodb/keys.ts";
import { ValidationError } from "../errors.ts";
import { mask } from "../secrets/mask.ts";
import { mistakenPaste } from "../secrets/mistaken_paste.ts";
import { open, seal } from "../secrets/seal.ts";
import { webhookSecretContext } from "./marketplace.ts";

/** `whsec_…`, as Stripe and its CLI make them. */
export const WebhookSecret = v.pipe(
  v.string("must be a text"),
  v.trim(),
  v.regex(
    /^whsec_[A-Za-z0-9+/=_-]{16,250}$/,
    ({ input }) => mistakenPaste(input, "webhook_secret") ?? "must be a webhook signing secret, `whsec_…`",
  ),
);

/** One that is there already, as it is shown. */
export const MaskedSecret = v.pipe(
  v.string(),
  v.regex(/^whsec_….{4}$/u, "must be a webhook secret as it is shown, `whsec_…4242`"),
);

/** Two secrets live during a rotation, one more for a `stripe listen` beside it; five leave room. */
const MAX_SECRETS = 5;

/**
 * The list of secrets as it shall be, whole, of those there are and of what was sent: secrets, those that stay by their
 * masked form. @param field which is wrong where something is @throws {ValidationError}
 */
export function changedSecrets(wanted: string[], present: string[], field: string): string[] {
  const unmasked = (secret: string): string[] => {
    if (!secret.includes("…")) return [secret];
    const kept = present.filter((candidate) => mask(candidate) === secret);
    if (kept.length === 0) throw new ValidationError({ [field]: `${secret} is not one of those here` });
    return kept;
  };
  const after = [...new Set(wanted.flatMap(unmasked))];
  if (after.length > MAX_SECRETS)
    throw new ValidationError({ [field]: `must be one of at most ${MAX_SECRETS}; retire one first` });
  return after;
}

/** The secrets of a row (a Marketplace's, or the Space's own), opened; undefined where there is no such row. */
export async function readWebhookSecrets(space: string, row: string): Promise<string[] | undefined> {
  const { Item } = await dynamodb.send(
    new GetCommand({
      TableName: configuration.settingsTable,
      Key: { pk: spaceKey(space), sk: row },
      ProjectionExpression: "stripe_webhook_endpoint_secret",
      ConsistentRead: true,
    }),
  );
  if (!Item) return undefined;
  const { stripe_webhook_endpoint_secret: sealed } = v.parse(SecretsOnly, Item);
  if (!sealed) return [];
  const secrets = await open(sealed, webhookSecretContext(space, row));
  return v.parse(v.array(v.string()), JSON.parse(secrets));
}

const SecretsOnly = v.object({ stripe_webhook_endpoint_secret: v.optional(v.string()) });

export const sealWebhookSecrets = (secrets: string[], space: string, row: string): Promise<string> =>
  seal(JSON.stringify(secrets), webhookSecretContext(space, row));

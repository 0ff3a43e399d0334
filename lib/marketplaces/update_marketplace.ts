import * as v from "valibot";
import { auditPut } from "../audit/audit.ts";
import { configuration } from "../configuration.ts";
import { marketplaceKey, marketplaceRow } from "../dynamodb/keys.ts";
import { transact } from "../dynamodb/transact.ts";
import { httpError } from "../errors.ts";
import { fields } from "../http/body.ts";
import { TypedEmail } from "../http/email.ts";
import { isAccountId } from "../ids.ts";
import { addRepresentative, removeRepresentative } from "../members/change_representatives.ts";
import { mask } from "../secrets/mask.ts";
import { invite } from "../session/invite.ts";
import { getMarketplace } from "./get_marketplace.ts";
import type { Marketplace } from "./marketplace.ts";
import { saveOrderNotifications } from "./order_notifications.ts";
import {
  changedSecrets,
  MaskedSecret,
  readWebhookSecrets,
  sealWebhookSecrets,
  WebhookSecret,
} from "./webhook_secrets.ts";

/** As JSON has it, and as a form sends it. */
const YesOrNo = v.pipe(
  v.union([v.boolean(), v.picklist(["true", "false"])], "must be `true` or `false`"),
  v.transform((value) => value === true || value === "true"),
);

const settings = {
  stripe_webhook_endpoint_secret: v.optional(
    v.array(
      v.pipe(
        v.unknown(),
        v.metadata({ given: v.union([WebhookSecret, MaskedSecret]) }), // for the OpenAPI document
        v.lazy((secret) =>
          typeof secret === "string" && secret.includes("…") ? MaskedSecret : WebhookSecret,
        ),
      ),
      "must be a list of webhook signing secrets",
    ),
  ),
  add_webhook_secret: v.optional(WebhookSecret),
  retire_webhook_secret: v.optional(MaskedSecret),
  add_representative: v.optional(TypedEmail),
  remove_representative: v.optional(TypedEmail),
  order_notifications: v.optional(v.array(TypedEmail, "must be a list of email addresses")),
  add_order_notification: v.optional(TypedEmail),
  remove_order_notification: v.optional(TypedEmail),
  shop_mails_buyer: v.optional(YesOrNo),
};

/** What the forms of a Marketplace's page send, one thing at a time: they add and retire. */
export const MarketplaceForm = fields(settings);

/**
 * The settings that can be sent. The list of secrets replaces the one there is; a secret that stays is named by its
 * masked form, since its full form is never shown again. Programs may name an account that is connected to the Space's
 * platform already; by itself, so that what Stripe does not confirm changes nothing.
 */
export type MarketplaceUpdate = v.InferOutput<typeof MarketplaceUpdate>;
export const MarketplaceUpdate = v.pipe(
  fields({
    ...settings,
    stripe_account: v.optional(
      v.pipe(v.string("must be a text"), v.check(isAccountId, "must be an account of Stripe's, `acct_…`")),
    ),
  }),
  v.forward(
    v.check((update) => !update.stripe_account || Object.keys(update).length === 1, "must be sent by itself"),
    ["stripe_account"],
  ),
);

/**
 * @throws {ValidationError} naming the field; {HttpError} 409 where somebody else saved first, or what there is, or Stripe,
 *   is against it; {StripeRequestFailed} 503
 */
export async function updateMarketplace(
  before: Marketplace,
  update: MarketplaceUpdate,
  actor: string,
): Promise<Marketplace> {
  const wanted = wantedSecrets(before, update);
  if (wanted) await saveSecrets(before, wanted, actor);
  await saveOrderNotifications(before, update, actor);
  const { add_representative, remove_representative } = update;
  if (add_representative) {
    await invite(add_representative);
    await addRepresentative(before, add_representative, actor);
  }
  if (remove_representative) await removeRepresentative(before, remove_representative, actor);
  return await getMarketplace(before);
}

type Wanted = { field: string; secrets: string[] };

/** The list of secrets as it shall be, those that stay by their masked form; undefined where it stays as it is. */
function wantedSecrets(before: Marketplace, update: MarketplaceUpdate): Wanted | undefined {
  const present = before.stripe_webhook_endpoint_secret_masked;
  const {
    stripe_webhook_endpoint_secret: list,
    add_webhook_secret: added,
    retire_webhook_secret: retired,
  } = update;
  if (list) return { field: "stripe_webhook_endpoint_secret", secrets: list };
  if (added) return { field: "add_webhook_secret", secrets: [...present, added] };
  if (retired)
    return { field: "retire_webhook_secret", secrets: present.filter((secret) => secret !== retired) };
  return undefined;
}

async function saveSecrets(before: Marketplace, { field, secrets }: Wanted, actor: string): Promise<void> {
  const row = marketplaceRow(before);
  const present = (await readWebhookSecrets(before.space, row)) ?? [];
  const after = changedSecrets(secrets, present, field);
  const masked = after.map(mask);
  const saved = await transact([
    {
      Update: {
        TableName: configuration.settingsTable,
        Key: marketplaceKey(before),
        UpdateExpression:
          "SET stripe_webhook_endpoint_secret = :sealed, stripe_webhook_endpoint_secret_masked = :masked",
        ConditionExpression:
          "attribute_exists(pk) AND (attribute_not_exists(stripe_webhook_endpoint_secret_masked) OR stripe_webhook_endpoint_secret_masked = :seen)",
        ExpressionAttributeValues: {
          ":sealed": await sealWebhookSecrets(after, before.space, row),
          ":masked": masked,
          ":seen": before.stripe_webhook_endpoint_secret_masked,
        },
      },
    },
    auditPut(
      before.space,
      actor,
      `set the webhook secrets of ${before.name} to ${masked.join(", ") || "none"}`,
    ),
  ]);
  if (!saved) throw httpError("changed_meanwhile");
}

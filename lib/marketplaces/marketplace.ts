import * as v from "valibot";
import type { SecretContext } from "../secrets/secret_context.ts";
import { AccountSnapshot } from "./account_snapshot.ts";

/** A Marketplace's row in the settings, without its secrets. */
export type Marketplace = v.InferOutput<typeof Marketplace>;
export const Marketplace = v.object({
  space: v.string(),
  room: v.string(),
  marketplace: v.string(),
  name: v.string(),
  /** The Vendor's connected account, `acct_…`; absent until it is connected. */
  stripe_account: v.optional(v.string()),
  /** What Stripe says of that account, or of the one in onboarding. */
  stripe_account_facts: v.optional(AccountSnapshot),
  /** An account that we made for the Vendor, `acct_…`: not connected until they are through with Stripe's onboarding. */
  onboarding_account: v.optional(v.string()),
  /** Counts the accounts that we tried to make, so that a new one does not get an old one's idempotency key. */
  onboarding_try: v.optional(v.number()),
  /** When the Vendor, or Stripe, ended the connection there (ISO 8601). */
  disconnected_at_stripe: v.optional(v.string()),
  /** Who hears of its Orders by mail, the Vendor and the Distributor say: email addresses. */
  order_notifications: v.optional(v.array(v.string())),
  /** Whether the buyer is left without a mail when an Order is paid, because the shop mails them by itself. */
  shop_mails_buyer: v.optional(v.boolean()),
  /** The webhook secrets as they may be shown (`whsec_…4242`), in the order of the sealed list. */
  stripe_webhook_endpoint_secret_masked: v.optional(v.array(v.string()), []),
});

/** A row's webhook secrets are one sealed JSON list, so that opening them all is one call to the key's owner. */
export const webhookSecretContext = (space: string, row: string): SecretContext => ({
  space,
  row,
  field: "stripe_webhook_endpoint_secret",
});

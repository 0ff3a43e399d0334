import * as v from "valibot";
import { utilityRow } from "../dynamodb/keys.ts";
import type { SecretContext } from "../secrets/secret_context.ts";

/** A Space's hook-up to its Stripe platform account, as a row of the settings. */
export type StripeUtility = v.InferOutput<typeof StripeUtility>;
export const StripeUtility = v.object({
  space: v.string(),
  /** A UUID that we mint. */
  utility: v.string(),
  name: v.string(),
  /** Sealed; absent until a member saves one. */
  api_token: v.optional(v.string()),
  /** The key as it may be shown, `sk_test_…4242`. */
  api_token_masked: v.optional(v.string()),
  /** Whose key it is, `acct_…`, and what that account is called at Stripe. */
  stripe_platform_account: v.optional(v.string()),
  stripe_platform_account_name: v.optional(v.string()),
  /** Since when the Space has had a key of that account and mode (ISO 8601). */
  stripe_platform_since: v.optional(v.string()),
  /** The Connect client id, `ca_…`, where Vendors join by OAuth. */
  client_id: v.optional(v.string()),
  /** What the keys of its buyers are made with (lib/buyers); shown nowhere. */
  buyer_secret: v.optional(v.string()),
  /** Counts its changes, so that of two people who save the same form the second is told. */
  version: v.number(),
});

export const apiTokenContext = (space: string, utility: string): SecretContext => ({
  space,
  row: utilityRow(utility),
  field: "api_token",
});

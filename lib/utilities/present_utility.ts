import * as v from "valibot";
import { Count } from "../http/answer_fields.ts";
import { isLive } from "./api_token.ts";
import type { StripeUtility } from "./stripe_utility.ts";

/** A Stripe Utility as programs see it; its key only by the masked form. */
export type UtilityJson = v.InferOutput<typeof UtilityJson>;
export const UtilityJson = v.object({
  space: v.string(),
  utility: v.string(),
  name: v.string(),
  api_token: v.pipe(v.nullable(v.string()), v.description("Masked: `sk_test_…4242`.")),
  stripe_platform_account: v.pipe(v.nullable(v.string()), v.description("Whose key it is, `acct_…`.")),
  stripe_platform_account_name: v.nullable(v.string()),
  livemode: v.nullable(v.boolean()),
  client_id: v.pipe(
    v.nullable(v.string()),
    v.description("Connect's client id, `ca_…`, where Vendors join by OAuth."),
  ),
  version: v.pipe(
    Count,
    v.description("Goes back with a change, so that of two who save at once the second is told."),
  ),
});

export const presentUtility = (utility: StripeUtility): UtilityJson => ({
  space: utility.space,
  utility: utility.utility,
  name: utility.name,
  api_token: utility.api_token_masked ?? null,
  stripe_platform_account: utility.stripe_platform_account ?? null,
  stripe_platform_account_name: utility.stripe_platform_account_name ?? null,
  livemode: utility.api_token_masked ? isLive(utility.api_token_masked) : null,
  client_id: utility.client_id ?? null,
  version: utility.version,
});

import { isLive } from "./api_token.ts";
import type { StripeUtility } from "./stripe_utility.ts";

/** A Stripe Utility as programs see it; its key only by the masked form. */
export const presentUtility = (utility: StripeUtility) => ({
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

import { redirectRoute } from "../../lib/http/route.ts";
import { marketplaceInPath } from "../../lib/marketplaces/marketplace_of.ts";
import { finishOnboarding } from "../../lib/stripe_account/come_back.ts";

/** Back from Stripe's onboarding: connected, if the Vendor is through with it. */
export const handler = redirectRoute("representative", async (visit) =>
  finishOnboarding(await marketplaceInPath(visit)),
);

import { marketplaceInPath } from "../../lib/marketplaces/authorize_marketplace.ts";
import { redirectRoute } from "../../lib/pages/route.ts";
import { finishOnboarding } from "../../lib/stripe_account/come_back.ts";

/** Back from Stripe's onboarding: connected, if the Vendor is through with it. */
export const handler = redirectRoute("representative", async (visit) =>
  finishOnboarding(await marketplaceInPath(visit)),
);

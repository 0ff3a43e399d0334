import { marketplaceInPath } from "../../lib/marketplaces/authorize_marketplace.ts";
import { redirectRoute } from "../../lib/pages/route.ts";
import { renewOnboardingLink } from "../../lib/stripe_account/come_back.ts";

/** An Account Link was used or too old: Stripe sends the browser here, and it gets another. */
export const handler = redirectRoute("representative", async (visit) =>
  renewOnboardingLink(await marketplaceInPath(visit)),
);

import { redirectRoute } from "../../lib/http/route.ts";
import { marketplaceInPath } from "../../lib/marketplaces/marketplace_of.ts";
import { renewOnboardingLink } from "../../lib/stripe_account/come_back.ts";

/** An Account Link was used or too old: Stripe sends the browser here, and it gets another. */
export const handler = redirectRoute("representative", async (visit) =>
  renewOnboardingLink(await marketplaceInPath(visit)),
);

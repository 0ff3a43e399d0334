import { requireRole } from "../../lib/access/require_role.ts";
import { marketplaceInPath } from "../../lib/marketplaces/marketplace_in_path.ts";
import { redirectRoute } from "../../lib/pages/route.ts";
import { renewOnboardingLink } from "../../lib/stripe_account/onboarding_return.ts";

/** An Account Link was used or too old: Stripe sends the browser here, and it gets another. */
export const handler = redirectRoute(requireRole("representative")).handler(async (visit) =>
  renewOnboardingLink(await marketplaceInPath(visit)),
);

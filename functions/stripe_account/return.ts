import { requireRole } from "../../lib/access/require_role.ts";
import { marketplaceInPath } from "../../lib/marketplaces/marketplace_in_path.ts";
import { redirectRoute } from "../../lib/pages/route.ts";
import { finishOnboarding } from "../../lib/stripe_account/onboarding_return.ts";

/** Back from Stripe's onboarding: connected, if the Vendor is through with it. */
export const handler = redirectRoute(requireRole("representative")).handler(async (visit) =>
  finishOnboarding(await marketplaceInPath(visit)),
);

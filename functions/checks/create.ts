import { requireRole } from "../../lib/access/require_role.ts";
import { checkMarketplace } from "../../lib/doctor/check_marketplace.ts";
import { presentChecks } from "../../lib/doctor/present_checks.ts";
import { marketplaceInPath } from "../../lib/marketplaces/marketplace_in_path.ts";
import { presentMarketplaceForRole } from "../../lib/marketplaces/present_marketplace.ts";
import { action } from "../../lib/pages/route.ts";
import { marketplaceEditPath } from "../../lib/urls.ts";

/** `Check now`: asks Stripe after the Marketplace's account, and checks each thing that must be right. */
export const handler = action(requireRole("representative", "manage")).handler(async (context) => {
  const { role } = context.access;
  const isMember = role !== "representative";
  const { marketplace, checks } = await checkMarketplace(await marketplaceInPath(context));
  return {
    to: `${marketplaceEditPath(marketplace)}${isMember ? "#checks" : ""}`,
    notice: { text: "Checked." },
    json: { ...presentMarketplaceForRole(marketplace, role), ...(isMember && presentChecks(checks)) },
  };
});

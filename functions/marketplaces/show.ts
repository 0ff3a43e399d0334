import { requireRole } from "../../lib/access/require_role.ts";
import type { HttpHandler } from "../../lib/http/request.ts";
import { showMarketplace } from "../../lib/pages/marketplace_page.ts";
import { showMarketplaceSettings } from "../../lib/pages/marketplace_settings_page.ts";
import { page } from "../../lib/pages/route.ts";

const overview = page(requireRole("representative", "manage")).handler(showMarketplace);
const settings = page(requireRole("representative", "manage")).handler(showMarketplaceSettings);

/** A Marketplace: whether its Vendor can be paid, this month, and its newest Orders; and its settings. */
export const handler: HttpHandler = (request, context) =>
  (request.routeKey.endsWith("/edit") ? settings : overview)(request, context);

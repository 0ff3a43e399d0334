import { requireRole } from "../../lib/access/require_role.ts";
import { showMarketplace } from "../../lib/pages/marketplace_page.ts";
import { page } from "../../lib/pages/route.ts";

/** A Marketplace's settings, with the URL that `stripe listen` forwards to. */
export const handler = page(requireRole("representative", "manage")).handler(showMarketplace);

import { requireRole } from "../../lib/access/require_role.ts";
import { LIST_QUERY } from "../../lib/http/pagination.ts";
import { showMarketplaceStatement } from "../../lib/pages/marketplace_statement_page.ts";
import { page } from "../../lib/pages/route.ts";
import { STATEMENT_QUERY } from "../../lib/pages/statement_parts.ts";

/** A month of a Marketplace's Vendor. */
export const handler = page(
  requireRole("representative", "manage"),
  ...LIST_QUERY,
  ...STATEMENT_QUERY,
).handler(showMarketplaceStatement);

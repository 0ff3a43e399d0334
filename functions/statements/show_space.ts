import { requireRole } from "../../lib/access/require_role.ts";
import { LIST_QUERY } from "../../lib/http/pagination.ts";
import { page } from "../../lib/pages/route.ts";
import { showSpaceStatement } from "../../lib/pages/space_statement_page.ts";
import { STATEMENT_QUERY } from "../../lib/pages/statement_parts.ts";

/** A month of a Space: the Distributor's. */
export const handler = page(requireRole("member", "manage"), ...LIST_QUERY, ...STATEMENT_QUERY).handler(
  showSpaceStatement,
);

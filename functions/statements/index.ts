import { requireRole } from "../../lib/access/require_role.ts";
import { page } from "../../lib/pages/route.ts";
import { showStatements } from "../../lib/pages/statements_page.ts";

/** The months of a Space, for its members, or of a Marketplace, for its Vendor's representatives, too. */
export const handler = page(requireRole("representative", "manage")).handler(showStatements);

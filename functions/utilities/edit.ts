import { requireRole } from "../../lib/access/require_role.ts";
import { page } from "../../lib/pages/route.ts";
import { showUtility } from "../../lib/pages/utility_page.ts";

/** A Stripe Utility: whose key it holds, and its settings. */
export const handler = page(requireRole("member", "manage")).handler(showUtility);

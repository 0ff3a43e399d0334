import { requireRole } from "../../lib/access/require_role.ts";
import { showFailures } from "../../lib/pages/failures_page.ts";
import { page } from "../../lib/pages/route.ts";

/** What of a Space's events fails now, by cause. */
export const handler = page(requireRole("member", "manage")).handler(showFailures);

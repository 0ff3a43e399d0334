import { requireRole } from "../../lib/access/require_role.ts";
import { page } from "../../lib/pages/route.ts";
import { showSearch } from "../../lib/pages/search_page.ts";

/** What of a Space an id leads to: ours, Stripe's, or an address that has one in it; or a buyer's address. */
export const handler = page(requireRole("member", "manage"), "q").handler(showSearch);

import { requireRole } from "../../lib/access/require_role.ts";
import type { HttpHandler } from "../../lib/http/request.ts";
import { showErasures } from "../../lib/pages/erasures_page.ts";
import { page } from "../../lib/pages/route.ts";
import { showSearch } from "../../lib/pages/search_page.ts";

const search = page(requireRole("member", "manage"), "q").handler(showSearch);
const erasures = page(requireRole("member", "manage"), "email").handler(showErasures);

/**
 * What of a Space an id leads to: ours, Stripe's, or an address that has one in it; or a buyer's address. Or whom the Space has
 * erased, and what erasing a buyer comes to. One function does both, since a stack has room for so many.
 */
export const handler: HttpHandler = (request, context) =>
  (request.routeKey.endsWith("/erasures") ? erasures : search)(request, context);

import { requireRole } from "../../lib/access/require_role.ts";
import { LIST_QUERY } from "../../lib/http/pagination.ts";
import { showCallback } from "../../lib/pages/callback_page.ts";
import { page } from "../../lib/pages/route.ts";

/** The callback of a Space, or of one Marketplace, and what became of its calls. */
export const handler = page(requireRole("member", "manage"), ...LIST_QUERY).handler(showCallback);

import { requireRole } from "../../lib/access/require_role.ts";
import { LIST_QUERY } from "../../lib/http/pagination.ts";
import { showEvents } from "../../lib/pages/events_page.ts";
import { page } from "../../lib/pages/route.ts";

/** The event log of a Space, or of one Marketplace. */
export const handler = page(requireRole("member", "manage"), ...LIST_QUERY).handler(showEvents);

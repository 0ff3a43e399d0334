import { requireRole } from "../../lib/access/require_role.ts";
import { showEvent } from "../../lib/pages/event_page.ts";
import { page } from "../../lib/pages/route.ts";

/** One event, with its payload and every run of its handler. */
export const handler = page(requireRole("member", "manage")).handler(showEvent);

import { page } from "../../lib/http/route.ts";
import { showEvents } from "../../lib/pages/events_page.ts";

/** The event log of a Space, or of one Marketplace. */
export const handler = page("member", showEvents);

import { page } from "../../lib/http/route.ts";
import { showEvent } from "../../lib/pages/event_page.ts";

/** One event, with its payload and every run of its handler. */
export const handler = page("member", showEvent);

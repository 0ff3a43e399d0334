import { requireRole } from "../../lib/access/require_role.ts";
import { LIST_QUERY } from "../../lib/http/pagination.ts";
import type { HttpHandler } from "../../lib/http/request.ts";
import { showEvents } from "../../lib/pages/events_page.ts";
import { page } from "../../lib/pages/route.ts";

/** What an event is to be; of a Space's, of which Marketplace, too. */
const FILTER = ["status", "type", "cause", "from", "to"];

const ofMarketplace = page(requireRole("member", "manage"), ...LIST_QUERY, ...FILTER).handler(showEvents);
const ofSpace = page(requireRole("member", "manage"), ...LIST_QUERY, ...FILTER, "marketplace").handler(
  showEvents,
);

/** The event log of a Space, or of one Marketplace. */
export const handler: HttpHandler = (request, context) =>
  (request.pathParameters?.marketplace === undefined ? ofSpace : ofMarketplace)(request, context);

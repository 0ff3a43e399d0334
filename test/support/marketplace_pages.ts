import { handler } from "../../functions/marketplaces/show.ts";
import type { HttpHandler } from "../../lib/http/request.ts";

const ROUTE = "GET /spaces/{space}/rooms/{room}/marketplaces/{marketplace}";

/** The two pages of a Marketplace, which one function shows: its settings, and its overview. */
export const editMarketplace: HttpHandler = (request, context) =>
  handler({ ...request, routeKey: `${ROUTE}/edit` }, context);
export const showMarketplace: HttpHandler = (request, context) =>
  handler({ ...request, routeKey: ROUTE }, context);

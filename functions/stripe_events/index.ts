import { authorize } from "../../lib/access/authorize.ts";
import { api, json } from "../../lib/http/api.ts";
import { pageOf } from "../../lib/http/page.ts";
import { marketplaceOf } from "../../lib/marketplaces/marketplace_of.ts";
import { listEvents } from "../../lib/stripe_events/list_events.ts";
import { presentEvent } from "../../lib/stripe_events/present_event.ts";

/** The event log of a Space, or of one Marketplace. */
export const handler = api(async (request) => {
  const place = request.pathParameters?.marketplace
    ? await marketplaceOf(request, "member")
    : await authorize(request, "member");
  const { data, next } = await listEvents({ ...place, ...pageOf(request) });
  return json(200, { data: data.map(presentEvent), next });
});

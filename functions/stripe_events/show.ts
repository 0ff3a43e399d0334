import { authorize } from "../../lib/access/authorize.ts";
import { api, json } from "../../lib/http/api.ts";
import { findEvent } from "../../lib/stripe_events/find_event.ts";
import { presentEventWhole } from "../../lib/stripe_events/present_event.ts";

/** One event, with its payload and every run of its handler. */
export const handler = api(async (request) => {
  const { space } = await authorize(request, "member");
  const event = await findEvent(space, request.pathParameters?.event ?? "");
  return json(200, await presentEventWhole(event));
});

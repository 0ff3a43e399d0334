import { authorize } from "../../lib/api_keys/authorize.ts";
import { api, json } from "../../lib/http/api.ts";
import { presentEventWhole } from "../../lib/stripe_events/present_event.ts";
import { replayEvent } from "../../lib/stripe_events/replay_event.ts";

/** Handles an event again, dead and finished alike, and answers how that ended. */
export const handler = api(async (request) => {
  const space = await authorize(request);
  const event = await replayEvent(space, request.pathParameters?.event ?? "");
  return json(200, await presentEventWhole(event));
});

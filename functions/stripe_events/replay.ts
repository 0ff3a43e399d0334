import { authorize } from "../../lib/access/authorize.ts";
import { recordAudit } from "../../lib/audit/audit.ts";
import { api, json } from "../../lib/http/api.ts";
import { presentEventWhole } from "../../lib/stripe_events/present_event.ts";
import { replayEvent } from "../../lib/stripe_events/replay_event.ts";

/** Handles an event again, dead and finished alike, and answers how that ended. */
export const handler = api(async (request) => {
  const { space, actor } = await authorize(request, "member");
  const event = await replayEvent(space, request.pathParameters?.event ?? "");
  await recordAudit(space, actor, `replayed ${event.id}`);
  return json(200, await presentEventWhole(event));
});

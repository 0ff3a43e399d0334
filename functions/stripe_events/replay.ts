import { requireRole } from "../../lib/access/require_role.ts";
import { inputOf } from "../../lib/http/input.ts";
import type { HttpHandler } from "../../lib/http/request.ts";
import { showEvent } from "../../lib/pages/event_page.ts";
import { showFailures } from "../../lib/pages/failures_page.ts";
import { action } from "../../lib/pages/route.ts";
import { showFormAgain } from "../../lib/pages/show_form_again.ts";
import { presentEventWhole } from "../../lib/stripe_events/present_event.ts";
import { CauseReplay, replayCause } from "../../lib/stripe_events/replay_cause.ts";
import { replayEvent } from "../../lib/stripe_events/replay_event.ts";
import { causeReplayNotice, replayNotice } from "../../lib/stripe_events/replay_notice.ts";
import { eventPath, failuresPath } from "../../lib/urls.ts";

const ofEvent = action(requireRole("member", "manage"), showFormAgain(showEvent)).handler(
  async ({ request, access: { space, actor } }) => {
    const event = await replayEvent(space, request.pathParameters?.event ?? "", actor);
    return {
      to: eventPath(space, event.id),
      notice: replayNotice(event),
      json: await presentEventWhole(event),
    };
  },
);

const ofCause = action(requireRole("member", "manage"), showFormAgain(showFailures)).handler(
  async ({ request, access: { space, actor } }) => {
    const replayed = await replayCause(space, inputOf(request, CauseReplay), actor);
    return { to: failuresPath(space), notice: causeReplayNotice(replayed), json: replayed };
  },
);

/**
 * Handles an event again, dead and finished alike, and answers how that ended; or all that fails by one cause. One
 * function does both, since a stack has room for so many.
 */
export const handler: HttpHandler = (request, context) =>
  (request.pathParameters?.event === undefined ? ofCause : ofEvent)(request, context);

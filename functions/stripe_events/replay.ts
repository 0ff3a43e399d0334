import { requireRole } from "../../lib/access/require_role.ts";
import { showEvent } from "../../lib/pages/event_page.ts";
import { action } from "../../lib/pages/route.ts";
import { showFormAgain } from "../../lib/pages/show_form_again.ts";
import { presentEventWhole } from "../../lib/stripe_events/present_event.ts";
import { replayEvent } from "../../lib/stripe_events/replay_event.ts";
import { replayNotice } from "../../lib/stripe_events/replay_notice.ts";
import { eventPath } from "../../lib/urls.ts";

/** Handles an event again, dead and finished alike, and answers how that ended. */
export const handler = action(requireRole("member", "manage"), showFormAgain(showEvent)).handler(
  async ({ request, access: { space, actor } }) => {
    const event = await replayEvent(space, request.pathParameters?.event ?? "", actor);
    return {
      to: eventPath(space, event.id),
      notice: replayNotice(event),
      json: await presentEventWhole(event),
    };
  },
);

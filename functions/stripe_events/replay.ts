import { requireRole } from "../../lib/access/require_role.ts";
import { inputOf } from "../../lib/http/input.ts";
import type { HttpHandler } from "../../lib/http/request.ts";
import { showEvent } from "../../lib/pages/event_page.ts";
import { showReplay } from "../../lib/pages/replay_page.ts";
import { showReplays } from "../../lib/pages/replays_page.ts";
import { action } from "../../lib/pages/route.ts";
import { showFormAgain } from "../../lib/pages/show_form_again.ts";
import { beginReplay } from "../../lib/replays/begin_replay.ts";
import { stopReplay } from "../../lib/replays/end_replay.ts";
import { presentReplay } from "../../lib/replays/replay.ts";
import { ReplayRequest } from "../../lib/replays/replay_filter.ts";
import { presentEventWhole } from "../../lib/stripe_events/present_event.ts";
import { replayEvent } from "../../lib/stripe_events/replay_event.ts";
import { replayNotice } from "../../lib/stripe_events/replay_notice.ts";
import { eventPath, replayPath } from "../../lib/urls.ts";

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

const begin = action(requireRole("member", "manage"), showFormAgain(showReplays)).handler(
  async ({ request, access: { space, actor } }) => {
    const { replay, isNew } = await beginReplay(space, inputOf(request, ReplayRequest), actor);
    return { to: replayPath(space, replay.id), json: presentReplay(replay), status: isNew ? 201 : 200 };
  },
);

const stop = action(requireRole("member", "manage"), showFormAgain(showReplay)).handler(
  async ({ request, access: { space, actor } }) => {
    const replay = await stopReplay(space, request.pathParameters?.replay ?? "", actor);
    return { to: replayPath(space, replay.id), json: presentReplay(replay) };
  },
);

/**
 * Handles an event again, dead and finished alike, and answers how that ended; begins a replay of many, and stops one. One
 * function does it all, since a stack has room for so many.
 */
export const handler: HttpHandler = (request, context) => {
  const { event, replay } = request.pathParameters ?? {};
  if (event !== undefined) return ofEvent(request, context);
  return (replay === undefined ? begin : stop)(request, context);
};

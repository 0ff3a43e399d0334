import { requireRole } from "../../lib/access/require_role.ts";
import type { HttpHandler } from "../../lib/http/request.ts";
import { showEvent } from "../../lib/pages/event_page.ts";
import { showFailures } from "../../lib/pages/failures_page.ts";
import { showReplay } from "../../lib/pages/replay_page.ts";
import { showReplays } from "../../lib/pages/replays_page.ts";
import { page } from "../../lib/pages/route.ts";
import { REPLAY_QUERY } from "../../lib/replays/replay_filter.ts";

const event = page(requireRole("member", "manage"), "dry_run").handler(showEvent);
const failures = page(requireRole("member", "manage")).handler(showFailures);
const replays = page(requireRole("member", "manage"), ...REPLAY_QUERY).handler(showReplays);
const replay = page(requireRole("member", "manage")).handler(showReplay);

/**
 * One event, with its payload and every run of its handler; what fails of all, by cause; the replays, and what one would be
 * of; one replay, with how far it is. One function does it all, since a stack has room for so many.
 */
export const handler: HttpHandler = (request, context) => {
  const { pathParameters, routeKey } = request;
  if (pathParameters?.event !== undefined) return event(request, context);
  if (pathParameters?.replay !== undefined) return replay(request, context);
  return (routeKey.endsWith("/replays") ? replays : failures)(request, context);
};

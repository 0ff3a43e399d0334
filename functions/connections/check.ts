import { after, now } from "../../lib/clock.ts";
import { checkConnections } from "../../lib/doctor/check_connections.ts";
import { invocation } from "../../lib/http/invocation.ts";

/** What the last Spaces may still need, in ms, when no further ones are begun. */
const LAST_SPACES_MS = 60_000;

/** Every hour: sees that connections and webhook endpoints are as we believe, and checks what must be right. */
export const handler = invocation().handler(async (_schedule, context) => ({
  spaces: await checkConnections(after(now(), context.getRemainingTimeInMillis() - LAST_SPACES_MS)),
}));

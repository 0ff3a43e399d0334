import { after, now } from "../../lib/clock.ts";
import { invocation } from "../../lib/http/invocation.ts";
import { retryDue } from "../../lib/stripe_events/retry_due.ts";

/** What the last run of a retry may still need, in ms, when no further one is started. */
const LAST_RUN_MS = 20_000;

/** Every minute: runs whatever is due. */
export const handler = invocation().handler(async (_schedule, context) => ({
  runs: await retryDue(after(now(), context.getRemainingTimeInMillis() - LAST_RUN_MS)),
}));

import { after, now } from "../../lib/clock.ts";
import { invocation } from "../../lib/http/invocation.ts";
import { runReplays } from "../../lib/replays/run_replays.ts";
import { retryDue } from "../../lib/stripe_events/retry_due.ts";

/** What the last run of a retry may still need, in ms, when no further one is started. */
const LAST_RUN_MS = 20_000;

/** Every minute: runs whatever is due, and beside that, within bounds, what people have asked to be handled again. */
export const handler = invocation().handler(async (_schedule, context) => {
  const until = after(now(), context.getRemainingTimeInMillis() - LAST_RUN_MS);
  const replays = runReplays(until);
  return { runs: await retryDue(until).finally(() => replays) };
});

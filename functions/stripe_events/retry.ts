import type { Context } from "aws-lambda";
import { after, now } from "../../lib/clock.ts";
import { withLogFields } from "../../lib/log.ts";
import { retryDue } from "../../lib/stripe_events/retry_due.ts";

/** What the last run of a retry may still need, in ms, when no further one is started. */
const LAST_RUN_MS = 20_000;

/** Every minute: runs whatever is due. */
export const handler = (_schedule: unknown, context: Context): Promise<{ runs: number }> =>
  withLogFields({ request: context.awsRequestId }, async () => ({
    runs: await retryDue(after(now(), context.getRemainingTimeInMillis() - LAST_RUN_MS)),
  }));

import type { DynamoDBStreamEvent } from "aws-lambda";
import { sendInserted } from "../../lib/callbacks/send_callbacks.ts";
import { after, now } from "../../lib/clock.ts";
import { invocation } from "../../lib/http/invocation.ts";

/** What the last call of a run may still need, in ms, when no further one is begun. */
const LAST_CALL_MS = 20_000;

/** The stream of the orders table brings what callbacks are to be told. What is not sent now is due within a minute. */
export const handler = invocation<DynamoDBStreamEvent>().handler(async (event, context) => ({
  tried: await sendInserted(event, after(now(), context.getRemainingTimeInMillis() - LAST_CALL_MS)),
}));

import { sendDueCallbacks } from "../../lib/callbacks/send_callbacks.ts";
import { after, now } from "../../lib/clock.ts";
import { invocation } from "../../lib/http/invocation.ts";

/** What the last call of a run may still need, in ms, when no further one is begun. */
const LAST_CALL_MS = 20_000;

/** Every minute: calls back with what is due. */
export const handler = invocation().handler(async (_schedule, context) => ({
  tried: await sendDueCallbacks(after(now(), context.getRemainingTimeInMillis() - LAST_CALL_MS)),
}));

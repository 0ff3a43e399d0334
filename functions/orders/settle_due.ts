import { after, now } from "../../lib/clock.ts";
import { invocation } from "../../lib/http/invocation.ts";
import { settleDue } from "../../lib/money/settle_due.ts";

/** What the last Order of a run may still need, in ms, when no further one is begun. */
const LAST_ORDER_MS = 35_000;

/** Every minute: settles the Orders that are due. */
export const handler = invocation().handler(async (_schedule, context) => ({
  orders: await settleDue(after(now(), context.getRemainingTimeInMillis() - LAST_ORDER_MS)),
}));

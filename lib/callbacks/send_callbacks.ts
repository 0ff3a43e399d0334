import type { DynamoDBStreamEvent } from "aws-lambda";
import { now } from "../clock.ts";
import { log } from "../log.ts";
import { insertedRows } from "../outbox/inserted_rows.ts";
import { callbackOf } from "../outbox/outbox_row.ts";
import { sendDue, sendRows } from "../outbox/send_due.ts";
import type { RowSender } from "../outbox/send_row.ts";
import { findCallback } from "./callback.ts";
import { sendCallback } from "./send_callback.ts";

/** Calls at once, in all and of one Space. They wait for others' servers, and take next to nothing of ours. */
const AT_ONCE = { inAll: 96, ofGroup: 4 };
/** A call of this many ms waited for a slow receiver: the rest of its callback's is left for the next minute. */
const SLOW_MS = 5_000;

/**
 * What the stream brings, at once; but a callback that fails is left to the clock, so that no other waits for it. A test is
 * how somebody finds out whether it still does.
 */
export async function sendInserted(event: DynamoDBStreamEvent, until: Date): Promise<number> {
  const rows = insertedRows(event, "callbacks");
  const byCallback = [...Map.groupBy(rows, ({ pk }) => pk).values()];
  const atOnce = await Promise.all(
    byCallback.map(async (its) => {
      const [first] = its;
      const failing = first && (await findCallback(callbackOf(first)))?.callback.failing_since;
      return failing ? its.filter(({ topic }) => topic === "callback.test") : its;
    }),
  );
  return await sendRows(atOnce.flat(), until, callbackSender());
}

/** What is due, the oldest first, until all is tried or `until` has come. */
export async function sendDueCallbacks(until: Date): Promise<number> {
  const { tried, overdue_s } = await sendDue("callbacks", until, callbackSender());
  log.info("looked for callbacks that are due", { tried }, { OldestDueCallbackSeconds: overdue_s });
  return tried;
}

function callbackSender(): RowSender {
  const slow = new Set<string>();
  return {
    along: () => [],
    atOnce: AT_ONCE,
    before: ({ pk }) => (slow.has(pk) ? "skip" : "send"),
    async send(row) {
      const began = now().getTime();
      try {
        return await sendCallback(row);
      } finally {
        if (now().getTime() - began >= SLOW_MS) slow.add(row.pk);
      }
    },
  };
}

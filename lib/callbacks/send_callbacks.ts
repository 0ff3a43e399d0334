import type { DynamoDBStreamEvent } from "aws-lambda";
import { workByGroup } from "../async/work_by_group.ts";
import { now } from "../clock.ts";
import { log } from "../log.ts";
import { insertedRows } from "../outbox/inserted_rows.ts";
import { callbackOf } from "../outbox/outbox_row.ts";
import { dueOutboxRows } from "../outbox/send_due.ts";
import { sendRow } from "../outbox/send_row.ts";
import { findCallback } from "./callback.ts";
import { sendCallback } from "./send_callback.ts";

/** Calls at once, in all and of one Space. They wait for others' servers, and take next to nothing of ours. */
const AT_ONCE = { inAll: 96, ofGroup: 4 };
/** A call of this many ms waited for a slow receiver: the rest of its callback's is left for the next minute. */
const SLOW_MS = 5_000;

type Row = { pk: string; sk: string; space: string; outbox_at: string };

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
  return await sendRows(atOnce.flat(), until);
}

/** What is due, the oldest first, until all is tried or `until` has come. */
export async function sendDueCallbacks(until: Date): Promise<number> {
  const { rows, overdue_s } = await dueOutboxRows("callbacks", until);
  const tried = await sendRows(rows, until);
  log.info("looked for callbacks that are due", { tried, overdue_s });
  return tried;
}

/** @returns how many were tried */
async function sendRows(rows: Row[], until: Date): Promise<number> {
  const slow = new Set<string>();
  let tried = 0;
  await workByGroup(
    rows,
    ({ space }) => space,
    until,
    async (row) => {
      if (slow.has(row.pk)) return "go on";
      const began = now().getTime();
      if (await sendRow(row, { send: sendCallback, along: () => [] })) tried += 1;
      if (now().getTime() - began >= SLOW_MS) slow.add(row.pk);
      return "go on";
    },
    AT_ONCE,
  );
  return tried;
}

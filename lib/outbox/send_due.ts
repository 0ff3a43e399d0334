import * as v from "valibot";
import { workByGroup } from "../async/work_by_group.ts";
import { configuration } from "../configuration.ts";
import { dueRows, overdueSeconds } from "../dynamodb/due_index.ts";
import { outboxShard, type Sender } from "./outbox_row.ts";
import { type FoundRow, type RowSender, sendRow } from "./send_row.ts";

/** A row of the index `outbox`. */
const Due = v.pipe(
  v.object({
    pk: v.string(),
    sk: v.string(),
    space: v.string(),
    written_at: v.string(),
    outbox_at: v.string(),
  }),
  v.transform((row) => ({ ...row, due_at: row.outbox_at })),
);

/**
 * Sends what a sender has due, each Space's oldest facts first, until all is tried or `until` has come.
 * @returns how many rows were tried, and for how long the first has been due, in s, of those that the sender does not skip
 */
export async function sendDue(
  sender: Sender,
  until: Date,
  how: RowSender,
): Promise<{ tried: number; overdue_s: number }> {
  const due = await dueRows(configuration.ordersTable, Due, until, {
    name: "outbox",
    shard: "outbox_shard",
    at: "outbox_at",
    shardName: (shard) => outboxShard(sender, shard),
  });
  const rows = due.toSorted((one, other) => (one.written_at < other.written_at ? -1 : 1));
  const tried = await sendRows(rows, until, how);
  return { tried, overdue_s: overdueSeconds(due.filter((row) => how.before?.(row) !== "skip")) };
}

/** Sends rows, each Space's in their order, until all are tried or `until` has come; returns how many were. */
export async function sendRows(rows: FoundRow[], until: Date, how: RowSender): Promise<number> {
  let tried = 0;
  await workByGroup(
    rows,
    ({ space }) => space,
    until,
    async (row) => {
      const next = how.before?.(row) ?? "send";
      if (next === "send" && (await sendRow(row, how))) tried += 1;
      return next === "stop" ? "stop" : "go on";
    },
    how.atOnce,
  );
  return tried;
}

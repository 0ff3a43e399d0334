import * as v from "valibot";
import { workByGroup } from "../async/work_by_group.ts";
import { configuration } from "../configuration.ts";
import { dueRows, overdueSeconds } from "../dynamodb/due_index.ts";
import { outboxShard, type Sender } from "./outbox_row.ts";
import { type RowSender, sendRow } from "./send_row.ts";

/** A row of the index `outbox`. */
export type DueRow = v.InferOutput<typeof Due>;
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

/** What a sender has due, the oldest facts first, and for how long the first has been, in s. */
export async function dueOutboxRows(
  sender: Sender,
  until: Date,
): Promise<{ rows: DueRow[]; overdue_s: number }> {
  const due = await dueRows(configuration.ordersTable, Due, until, {
    name: "outbox",
    shard: "outbox_shard",
    at: "outbox_at",
    shardName: (shard) => outboxShard(sender, shard),
  });
  return {
    rows: due.toSorted((one, other) => (one.written_at < other.written_at ? -1 : 1)),
    overdue_s: overdueSeconds(due),
  };
}

/**
 * Sends what a sender has due, each Space's oldest facts first, until all is tried or `until` has come.
 * @returns how many rows were tried, and for how long the first has been due, in s
 */
export async function sendDue(
  sender: Sender,
  until: Date,
  how: RowSender,
): Promise<{ tried: number; overdue_s: number }> {
  const { rows, overdue_s } = await dueOutboxRows(sender, until);
  let tried = 0;
  await workByGroup(
    rows,
    ({ space }) => space,
    until,
    async (row) => {
      if (how.isAway?.()) return "stop";
      if (await sendRow(row, how)) tried += 1;
      return "go on";
    },
    how.atOnce,
  );
  return { tried, overdue_s };
}

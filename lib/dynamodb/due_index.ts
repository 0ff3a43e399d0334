import * as v from "valibot";
import { iso, now } from "../clock.ts";
import { describeError, log } from "../log.ts";
import { DUE_SHARDS } from "./due_shard.ts";
import { pages } from "./pages.ts";

/** One look reads at most this many rows of a shard, so that it ends however many are due; they have few attributes. */
const PAGE = 250;
const MAX_PAGES = 20;

/** An index of what is due: its name, the attributes that are its keys, and what a shard is called in it. */
export type DueIndex = {
  name: string;
  shard: string;
  at: string;
  shardName: (shard: number) => number | string;
};

const DUE: DueIndex = { name: "due", shard: "due_shard", at: "due_at", shardName: (shard) => shard };

/**
 * What of a table is due in all shards, oldest first. A shard is read until it is through, or `until` has come; one that
 * does not answer is left to the next look.
 * @throws where none answers
 */
export async function dueRows<Due extends { due_at: string }>(
  TableName: string,
  row: v.GenericSchema<unknown, Due>,
  until: Date,
  index = DUE,
): Promise<Due[]> {
  const shards = await Promise.allSettled(
    Array.from({ length: DUE_SHARDS }, (_, shard) => dueInShard(TableName, row, index, shard, until)),
  );
  const failed = shards.filter((shard) => shard.status === "rejected");
  const [first] = failed;
  if (first && failed.length === DUE_SHARDS) throw first.reason;
  for (const { reason } of failed)
    log.error("a shard of what is due could not be read", describeError(reason));
  return shards
    .flatMap((shard) => (shard.status === "fulfilled" ? shard.value : []))
    .sort((one, other) => (one.due_at < other.due_at ? -1 : 1));
}

/** For how long the first of what is due has been so, in whole seconds. */
export const overdueSeconds = ([oldest]: { due_at: string }[]): number =>
  oldest ? Math.round((now().getTime() - Date.parse(oldest.due_at)) / 1000) : 0;

async function dueInShard<Due>(
  TableName: string,
  row: v.GenericSchema<unknown, Due>,
  { name, shard: shardKey, at, shardName }: DueIndex,
  shard: number,
  until: Date,
): Promise<Due[]> {
  const due: Due[] = [];
  let pagesRead = 0;
  for await (const rows of pages({
    TableName,
    IndexName: name,
    KeyConditionExpression: `${shardKey} = :shard AND ${at} <= :now`,
    ExpressionAttributeValues: { ":shard": shardName(shard), ":now": iso(now()) },
    Limit: PAGE,
  })) {
    due.push(...v.parse(v.array(row), rows));
    pagesRead += 1;
    if (pagesRead === MAX_PAGES || now() >= until) break;
  }
  return due;
}

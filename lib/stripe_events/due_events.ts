import * as v from "valibot";
import { iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { pages } from "../dynamodb/pages.ts";
import { describeError, log } from "../log.ts";
import { DUE_SHARDS } from "./stored_event.ts";

/** A row of the `due` index: which event, and since when it is due (ISO 8601). */
export type Due = v.InferOutput<typeof Due>;
const Due = v.object({ pk: v.string(), due_at: v.string() });

/** One look reads at most this many rows of a shard, so that it ends however many are due; they have keys only. */
const PAGE = 250;
const MAX_PAGES = 20;

/**
 * What is due in all shards, oldest first. A shard is read until it is through, or `until` has come; one that does not
 * answer is left to the next look.
 * @throws where none answers
 */
export async function dueEvents(until: Date): Promise<Due[]> {
  const shards = await Promise.allSettled(
    Array.from({ length: DUE_SHARDS }, (_, shard) => dueInShard(shard, until)),
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

async function dueInShard(shard: number, until: Date): Promise<Due[]> {
  const due: Due[] = [];
  let pagesRead = 0;
  for await (const rows of pages({
    TableName: configuration.eventsTable,
    IndexName: "due",
    KeyConditionExpression: "due_shard = :shard AND due_at <= :now",
    ExpressionAttributeValues: { ":shard": shard, ":now": iso(now()) },
    Limit: PAGE,
  })) {
    due.push(...v.parse(v.array(Due), rows));
    pagesRead += 1;
    if (pagesRead === MAX_PAGES || now() >= until) break;
  }
  return due;
}

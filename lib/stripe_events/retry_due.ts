import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { QueryCommand, UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { after, iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { documents } from "../dynamodb.ts";
import { log } from "../log.ts";
import { finishRun } from "./finish_run.ts";
import { processEvent } from "./process_event.ts";
import { DUE_SHARDS, LEASE_MS, StoredEvent } from "./stored_event.ts";

/** One run looks at this many events of a shard at most, so that it ends however many are due. */
const PAGE = 25;
const MAX_PAGES = 8;

/** Failing runs are about 25 in three days; what needs more than this takes its process down each time. */
const MAX_RUNS = 100;

/** A row of the `due` index. */
type Due = v.InferOutput<typeof Due>;
const Due = v.object({ pk: v.string(), due_at: v.string() });

/** Runs whatever is due in any shard, oldest first, until all is done, `until` has come, or it has run its share; returns how many it ran. */
export async function retryDue(until: Date): Promise<number> {
  const slowedSpaces = new Set<string>();
  const shards = await Promise.all(
    Array.from({ length: DUE_SHARDS }, (_, shard) => retryShard(shard, until, slowedSpaces)),
  );
  const runs = shards.reduce((sum, shard) => sum + shard.runs, 0);
  const overdueMs = Math.max(
    ...shards.map(({ oldest }) => (oldest ? now().getTime() - Date.parse(oldest) : 0)),
  );
  log.info("looked for what is due", { runs }, { OldestDueSeconds: Math.round(overdueMs / 1000) });
  return runs;
}

type Shard = { runs: number; oldest: string | undefined };

/** Runs a shard's share; `oldest` is when the first that was due had been due (ISO 8601). */
async function retryShard(shard: number, until: Date, slowedSpaces: Set<string>): Promise<Shard> {
  let runs = 0;
  let oldest: string | undefined;
  let from: Record<string, unknown> | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName: configuration.eventsTable,
        IndexName: "due",
        KeyConditionExpression: "due_shard = :shard AND due_at <= :now",
        ExpressionAttributeValues: { ":shard": shard, ":now": iso(now()) },
        Limit: PAGE,
        ...(from && { ExclusiveStartKey: from }),
      }),
    );
    for (const due of v.parse(v.array(Due), Items)) {
      oldest ??= due.due_at;
      if (now() >= until) return { runs, oldest };
      if (slowedSpaces.has(spaceOf(due.pk))) continue;
      runs += await retryOne(due, slowedSpaces);
    }
    from = LastEvaluatedKey;
    if (!from) break;
  }
  return { runs, oldest };
}

async function retryOne(due: Due, slowedSpaces: Set<string>): Promise<0 | 1> {
  const event = await claim(due);
  if (!event) return 0;
  if (event.runs.length > MAX_RUNS) {
    await finishRun(event, { outcome: "dead", detail: "given up: its runs do not come to an end" }, now());
    return 1;
  }
  const { outcome } = await processEvent(event);
  if (outcome === "rate_limited") slowedSpaces.add(event.space);
  return 1;
}

/** Takes the event before running it: one conditional write, which notes the run, so that a crash counts as one. */
async function claim({ pk, due_at }: Due): Promise<StoredEvent | undefined> {
  const lease = iso(after(now(), LEASE_MS));
  const claimed = await updateIfDue(pk, due_at, {
    UpdateExpression: "SET due_at = :lease, runs = list_append(runs, :run)",
    ExpressionAttributeValues: { ":lease": lease, ":run": [{ at: iso(now()) }] },
  });
  if (!claimed) return undefined;
  const event = v.safeParse(StoredEvent, claimed);
  if (event.success) return event.output;
  // It would be claimed for ever. Out of the index, it waits for whoever reads the log.
  log.error("an item of the events table cannot be read", { pk });
  await updateIfDue(pk, lease, { UpdateExpression: "REMOVE due_at" });
  return undefined;
}

async function updateIfDue(
  pk: string,
  seen: string,
  update: Pick<UpdateCommandInput, "UpdateExpression" | "ExpressionAttributeValues">,
): Promise<Record<string, unknown> | undefined> {
  try {
    const { Attributes } = await documents.send(
      new UpdateCommand({
        TableName: configuration.eventsTable,
        Key: { pk },
        ...update,
        ConditionExpression: "due_at = :seen",
        ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ":seen": seen },
        ReturnValues: "ALL_NEW",
      }),
    );
    return Attributes;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

const spaceOf = (pk: string): string => pk.slice(0, pk.indexOf("#"));

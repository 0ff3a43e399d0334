import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { after, iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { DUE_SHARDS } from "../dynamodb/due_shard.ts";
import { eventKey } from "../dynamodb/keys.ts";
import { Count, IsoTime } from "../http/answer_fields.ts";

/** Retry runs every minute: what was due before so many ms, it did not come to (aws/alarms.yml rings at the same). */
const STUCK_MS = 10 * 60_000;
/** So many rows of a shard are looked at, of all Spaces, a page at a time, until there is one of this Space. */
const READ = 250;
const MAX_PAGES = 20;

/** Events whose run is due, or has had its lease, and that nobody ran. */
export type StuckEvents = v.InferOutput<typeof StuckEvents>;
export const StuckEvents = v.object({
  count: v.pipe(Count, v.minValue(1)),
  counted_all: v.pipe(v.boolean(), v.description("False where there are more than were counted.")),
  since: v.pipe(IsoTime, v.description("Since when the first of them is due.")),
  example: v.pipe(v.string(), v.description("The first of them, `evt_…`.")),
});

const Due = v.object({ pk: v.string(), due_at: v.string() });

/** A Space's events that are due for ten minutes and were not run; undefined where there is none. */
export async function stuckEvents(space: string): Promise<StuckEvents | undefined> {
  const shards = await Promise.all(
    Array.from({ length: DUE_SHARDS }, (_, shard) => stuckInShard(space, shard)),
  );
  const stuck = shards.flatMap(({ rows }) => rows).sort((one, other) => (one.due_at < other.due_at ? -1 : 1));
  const [first] = stuck;
  if (!first) return undefined;
  return {
    count: stuck.length,
    counted_all: shards.every(({ more }) => !more),
    since: first.due_at,
    example: first.pk.slice(eventKey(space, "").pk.length),
  };
}

async function stuckInShard(space: string, shard: number) {
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { Items = [], LastEvaluatedKey } = await dynamodb.send(
      new QueryCommand({
        TableName: configuration.eventsTable,
        IndexName: "due",
        KeyConditionExpression: "due_shard = :shard AND due_at < :long_ago",
        FilterExpression: "begins_with(pk, :space)",
        ExpressionAttributeValues: {
          ":shard": shard,
          ":long_ago": iso(after(now(), -STUCK_MS)),
          ":space": eventKey(space, "").pk,
        },
        Limit: READ,
        ExclusiveStartKey,
      }),
    );
    ExclusiveStartKey = LastEvaluatedKey;
    const more = LastEvaluatedKey !== undefined;
    if (Items.length > 0 || !more) return { rows: v.parse(v.array(Due), Items), more };
  }
  return { rows: [], more: true };
}

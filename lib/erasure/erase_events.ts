import { DeleteCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { limitConcurrency } from "../async/limit_concurrency.ts";
import type { Buyers } from "../buyers/buyers.ts";
import { iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { batchGet } from "../dynamodb/batch_get.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { findRow } from "../dynamodb/find_row.ts";
import { erasurePassKey } from "../dynamodb/keys.ts";
import { log } from "../log.ts";
import { erasePayload, namesErasedBuyer } from "../stripe_events/erased_payload.ts";
import { StoredEvent } from "../stripe_events/stored_event.ts";

/** As many as DynamoDB gets in one call ("BatchGetItem"). */
const AT_A_TIME = 100;
/** Rows that are written at the same time. */
const AT_ONCE = 8;

/** Where in a Space's log the pass stands, and since when it is under way (ISO 8601). */
const LogKey = v.object({ pk: v.string(), created: v.number() });
const Pass = v.object({ began_at: v.string(), last: LogKey });

/** What an erased buyer's Orders are called: by us, and by Stripe. */
export type Theirs = ReadonlySet<string>;

/**
 * Reads a Space's whole event log, from where the last call stopped, and takes out the payloads that are of erased buyers. No
 * index finds them: it would cost each event a write, for what is asked for once in a while.
 * @param until when it goes no further
 * @returns how many payloads it took out, and when the pass began (ISO 8601) if it has come to its end
 */
export async function eraseEvents(
  space: string,
  buyers: Buyers,
  theirs: Theirs,
  until: Date,
): Promise<{ payloads: number; wholeSince: string | undefined }> {
  const TableName = configuration.settingsTable;
  const Key = erasurePassKey(space);
  const saved = await findRow(Pass, TableName, Key);
  const began_at = saved?.began_at ?? iso(now());
  let last = saved?.last;
  let payloads = 0;
  do {
    const page = await readLog(space, last);
    payloads += await eraseThose(page.events, buyers, theirs);
    last = page.last;
  } while (last && now() < until);
  if (last) {
    await dynamodb.send(new PutCommand({ TableName, Item: { ...Key, began_at, last } }));
    return { payloads, wholeSince: undefined };
  }
  await dynamodb.send(new DeleteCommand({ TableName, Key }));
  return { payloads, wholeSince: began_at };
}

/** The oldest first, so that what comes in meanwhile is read, too. */
async function readLog(space: string, last: v.InferOutput<typeof LogKey> | undefined) {
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      TableName: configuration.eventsTable,
      IndexName: "log",
      KeyConditionExpression: "#space = :space",
      ExpressionAttributeNames: { "#space": "space" },
      ExpressionAttributeValues: { ":space": space },
      Limit: AT_A_TIME,
      ...(last && { ExclusiveStartKey: { ...last, space } }),
    }),
  );
  const keys = v.parse(v.array(v.object({ pk: v.string() })), Items);
  const rows = keys.length > 0 ? await batchGet(configuration.eventsTable, keys) : [];
  return {
    events: rows.flatMap(readable),
    last: LastEvaluatedKey && v.parse(LogKey, LastEvaluatedKey),
  };
}

/** One row that cannot be read is its own trouble. */
function readable(row: Record<string, unknown>): StoredEvent[] {
  const parsed = v.safeParse(StoredEvent, row);
  if (!parsed.success)
    log.error("an event cannot be read, and nothing of it is erased", { event: String(row.pk) });
  return parsed.success ? [parsed.output] : [];
}

async function eraseThose(events: StoredEvent[], buyers: Buyers, theirs: Theirs): Promise<number> {
  const inTurn = limitConcurrency(AT_ONCE);
  const isTheirs = (event: StoredEvent): boolean =>
    [event.order, event.object].some((id) => id !== undefined && theirs.has(id)) ||
    namesErasedBuyer(event, buyers);
  const erased = await Promise.all(
    events
      .filter((event) => event.payload && isTheirs(event))
      .map((event) => inTurn(() => erasePayload(event))),
  );
  return erased.filter(Boolean).length;
}

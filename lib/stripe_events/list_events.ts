import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { batchGet } from "../dynamodb/batch_get.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { fromCursor, toCursor } from "../dynamodb/cursor.ts";
import { eventKey } from "../dynamodb/keys.ts";
import type { Paginated } from "../http/pagination.ts";
import { isEventId } from "../ids.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { EventRow, StoredEvent } from "./stored_event.ts";

/**
 * How many events one call looks through to find one Marketplace's; `next` goes on from there. So many at a time, which
 * is as many as DynamoDB gets in one call ("BatchGetItem").
 */
const MAX_READS = 10;
const READ = 100;

const LogRow = v.object({ pk: v.string(), created: v.number() });

/** What tells a Marketplace's own events from others: its id, and the account that it is connected to. */
type OfMarketplace = Pick<Marketplace, "marketplace" | "stripe_account">;

type Filter = {
  space: string;
  marketplace?: string | undefined;
  stripe_account?: string | undefined;
  limit: number;
  next: string | undefined;
};

/**
 * Whether an event is a Marketplace's own: by what a handler found, or else by its object's metadata; or, where neither
 * names one, of the account that the Marketplace is connected to.
 */
export const isOf = ({ marketplace, account }: StoredEvent, of: OfMarketplace): boolean =>
  marketplace === undefined
    ? account !== undefined && account === of.stripe_account
    : marketplace === of.marketplace;

/** A Space's events, newest first; of one Marketplace only, if asked. Payloads are left out. */
export async function listEvents({
  space,
  marketplace,
  stripe_account,
  limit,
  next,
}: Filter): Promise<Paginated<StoredEvent>> {
  const of = marketplace === undefined ? undefined : { marketplace, stripe_account };
  const data: StoredEvent[] = [];
  let after = next === undefined ? undefined : fromCursor(next, Place);
  for (let reads = 0; reads < MAX_READS; reads++) {
    const { rows, more } = await readLog(space, of ? READ : limit, after);
    const events = await readEvents(rows.map(({ pk }) => pk));
    for (const row of rows) {
      const event = events.get(row.pk);
      if (event && (!of || isOf(event, of))) data.push(event);
      after = { id: row.pk.slice(space.length + 1), created: row.created };
      if (data.length === limit) return { data, next: more || row !== rows.at(-1) ? toCursor(after) : null };
    }
    if (!more) return { data, next: null };
  }
  return { data, next: after ? toCursor(after) : null };
}

/** The newest of a Space's events, some at a time, as far as one call looks through. Payloads are left out. */
export async function* newestEvents(space: string): AsyncGenerator<StoredEvent[]> {
  let next: string | null | undefined;
  for (let reads = 0; reads < MAX_READS && next !== null; reads++) {
    const page: Paginated<StoredEvent> = await listEvents({ space, limit: READ, next });
    yield page.data;
    next = page.next;
  }
}

/** A place in a Space's log; the Space itself comes from the path, never from the cursor. */
const Place = v.object({
  id: v.pipe(v.string(), v.check(isEventId)),
  created: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(99_999_999_999)),
});

async function readLog(space: string, limit: number, after: v.InferOutput<typeof Place> | undefined) {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: configuration.eventsTable,
      IndexName: "log",
      KeyConditionExpression: "#space = :space",
      ExpressionAttributeNames: { "#space": "space" },
      ExpressionAttributeValues: { ":space": space },
      ScanIndexForward: false,
      // One more tells whether there is a next page.
      Limit: limit + 1,
      ...(after && { ExclusiveStartKey: { ...eventKey(space, after.id), space, created: after.created } }),
    }),
  );
  return { rows: v.parse(v.array(LogRow), Items.slice(0, limit)), more: Items.length > limit };
}

async function readEvents(pks: string[]): Promise<Map<string, StoredEvent>> {
  const keys = pks.map((pk) => ({ pk }));
  const rows = await batchGet(configuration.eventsTable, keys, WITHOUT_PAYLOAD);
  const events = v.parse(v.array(StoredEvent), rows);
  return new Map(events.map((event) => [eventKey(event.space, event.id).pk, event]));
}

const NAMES = Object.keys(EventRow.entries).filter((name) => name !== "payload");

const WITHOUT_PAYLOAD = {
  ProjectionExpression: NAMES.map((name) => `#${name}`).join(", "),
  ExpressionAttributeNames: Object.fromEntries(NAMES.map((name) => [`#${name}`, name])),
};

import * as v from "valibot";
import { fromSeconds, iso } from "../clock.ts";
import { fromCursor, toCursor } from "../dynamodb/cursor.ts";
import { eventKey } from "../dynamodb/keys.ts";
import { ValidationError } from "../errors.ts";
import type { Paginated, Searched } from "../http/pagination.ts";
import { isEventId } from "../ids.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { type EventFilter, isMeant, isOfType } from "./event_filter.ts";
import { isFailing, parseFailing } from "./failing.ts";
import { readFailing } from "./failures.ts";
import { newestKeys, type Span, spanOf } from "./newest_keys.ts";
import { readEvents } from "./read_events.ts";
import type { StoredEvent } from "./stored_event.ts";

/**
 * How many events one call looks through to find those that are asked for; `next` goes on from there. So many at a time,
 * which is as many as DynamoDB gets in one call ("BatchGetItem").
 */
const MAX_READS = 10;
const READ = 100;

/** What tells a Marketplace's own events from others: its id, and the account that it is connected to. */
type OfMarketplace = Pick<Marketplace, "marketplace" | "stripe_account">;

type Listed = {
  space: string;
  marketplace?: string | undefined;
  stripe_account?: string | undefined;
  /** What else they are to be; `marketplace` above says whose. */
  filter?: EventFilter;
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

/**
 * A Space's events, newest first; of one Marketplace only, and as the filter says, if asked. Payloads are left out.
 *
 * A time is a condition on the index `log`, and what fails has an index of its own: either is read as far as it is found, and
 * no more. For what has none, an index would cost every event a write unit; so the log is looked through, so many a call.
 */
export async function listEvents({
  space,
  marketplace,
  stripe_account,
  filter = {},
  limit,
  next,
}: Listed): Promise<Searched<StoredEvent>> {
  const of = marketplace === undefined ? undefined : { marketplace, stripe_account };
  const isWanted = (event: StoredEvent): boolean => isMeant(filter, event) && (!of || isOf(event, of));
  if (isOfFailing(filter)) {
    const after = next === undefined ? undefined : fromCursor(next, FailingPlace);
    const read = failingReader(space, filter, marketplace);
    const { data, next: goOn } = await collect({ limit, after, isWanted, read });
    return { data, next: goOn };
  }
  const after = next === undefined ? undefined : fromCursor(next, LogPlace);
  const isLookedThrough = of !== undefined || filter.status !== undefined || filter.type !== undefined;
  const read = logReader(space, spanOf(filter), isLookedThrough ? READ : limit);
  const { last, ...page } = await collect({ limit, after, isWanted, read });
  return { ...page, ...(last && { searched_to: iso(fromSeconds(last.created)) }) };
}

/** Some of an index: where each row stands in it, and the event to read, if it may be one that is wanted. */
type Read<Place> = { rows: { place: Place; pk?: string }[]; more: boolean };

/** @returns a page, and where it ends that is not full, though there is more */
async function collect<Place>({
  limit,
  after,
  isWanted,
  read,
}: {
  limit: number;
  after: Place | undefined;
  isWanted: (event: StoredEvent) => boolean;
  read: (wanted: number, after: Place | undefined) => Promise<Read<Place>>;
}): Promise<Paginated<StoredEvent> & { last?: Place }> {
  const data: StoredEvent[] = [];
  let last = after;
  for (let reads = 0; reads < MAX_READS; reads++) {
    const { rows, more } = await read(limit - data.length, last);
    const events = await readEvents(rows.flatMap(({ pk }) => pk ?? []));
    for (const row of rows) {
      const event = row.pk === undefined ? undefined : events.get(row.pk);
      if (event && isWanted(event)) data.push(event);
      last = row.place;
      if (data.length === limit) return { data, next: more || row !== rows.at(-1) ? toCursor(last) : null };
    }
    if (!more) return { data, next: null };
  }
  return last === undefined ? { data, next: null } : { data, next: toCursor(last), last };
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
const LogPlace = v.object({
  id: v.pipe(v.string(), v.check(isEventId)),
  created: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(99_999_999_999)),
});

const logReader =
  (space: string, span: Span, limit: number) =>
  async (_wanted: number, after: v.InferOutput<typeof LogPlace> | undefined) => {
    // DynamoDB refuses to begin outside of what it is asked for.
    if (after && (after.created < span.first || after.created > span.last)) throw notOfThisList();
    const from = after && { ...eventKey(space, after.id), created: after.created };
    // One more tells whether there is a next page.
    const keys = await newestKeys(space, span, limit + 1, from);
    const rows = keys.slice(0, limit).map(({ pk, created }) => ({
      pk,
      place: { id: pk.slice(space.length + 1), created },
    }));
    return { rows, more: keys.length > limit };
  };

/** What is dead, and whatever has a cause, stands in the index `failing`; what merely waits, since Stripe asks to slow down, does not. */
const isOfFailing = ({ status, cause }: EventFilter): boolean => status === "dead" || cause !== undefined;

/** A place in what fails of a Space. */
const FailingPlace = v.object({
  id: v.pipe(v.string(), v.check(isEventId)),
  failing: v.pipe(v.string(), v.check(isFailing)),
});

/** The index says status and type, and mostly whose it is: what it rules out is not read. */
const failingReader =
  (space: string, { cause, status, type }: EventFilter, marketplace: string | undefined) =>
  async (wanted: number, after: v.InferOutput<typeof FailingPlace> | undefined) => {
    if (after && cause !== undefined && parseFailing(after.failing).cause !== cause) throw notOfThisList();
    const { events, more } = await readFailing(space, { cause, after, limit: READ });
    const rows: Read<v.InferOutput<typeof FailingPlace>>["rows"] = [];
    let found = 0;
    for (const event of events) {
      const mayBe =
        (status === undefined || event.status === status) &&
        (type === undefined || isOfType(type, event.type)) &&
        (marketplace === undefined || (event.marketplace ?? marketplace) === marketplace);
      rows.push({
        place: { id: event.id, failing: event.failing },
        ...(mayBe && { pk: eventKey(space, event.id).pk }),
      });
      if (mayBe && ++found === wanted) break;
    }
    return { rows, more: more || rows.length < events.length };
  };

const notOfThisList = () =>
  new ValidationError({ next: "is not what an earlier page of this list answered" });

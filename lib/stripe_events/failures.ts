import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { after, iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { eventKey } from "../dynamodb/keys.ts";
import { pages } from "../dynamodb/pages.ts";
import { Count, IsoTime } from "../http/answer_fields.ts";
import { log } from "../log.ts";
import { fromCause, parseFailing, pastCause } from "./failing.ts";
import { EventRow } from "./stored_event.ts";

/** One look reads at most so many rows of the index, and of one cause at most so many; a row is some 250 bytes. */
const PAGE = 250;
const MAX_PAGES = 40;
const MAX_OF_CAUSE = 1_000;
const MAX_CAUSES = 100;
/** So many types and Marketplaces are named. */
const NAMED = 5;

/** An event that fails, as the index `failing` has it (aws/data.yml). */
const FailingRow = v.pipe(
  v.object({
    pk: EventRow.entries.pk,
    space: EventRow.entries.space,
    failing: v.string(),
    type: EventRow.entries.type,
    status: v.picklist(["retrying", "dead"]),
    hint: EventRow.entries.hint,
    proved: EventRow.entries.proved,
  }),
  v.transform(({ pk, space, failing, hint, proved, ...row }) => ({
    ...row,
    ...parseFailing(failing),
    failing,
    id: pk.slice(space.length + 1),
    marketplace: (proved ?? hint)?.marketplace,
  })),
);
type FailingEvent = v.InferOutput<typeof FailingRow>;

/** Some of what fails, and whether there is, or may be, more. */
export type FailingPage = { events: FailingEvent[]; more: boolean };

/** What of a Space fails by one cause. Times are ISO 8601. */
export type Failure = v.InferOutput<typeof FailureJson>;
export const FailureJson = v.object({
  cause: v.pipe(
    v.string(),
    v.description(
      "The same for all that fails so: `stripe:…` as Stripe's code says it, `table:…`, `kms:…`, `run:lost`, or `handler:…`, such as `handler:TypeError@settle.ts`.",
    ),
  ),
  count: v.pipe(Count, v.description("How many events fail by it now.")),
  dead: v.pipe(Count, v.description("How many of them are given up, and wait for a replay.")),
  retrying: v.pipe(Count, v.description("How many of them will be retried automatically.")),
  counted_all: v.pipe(
    v.boolean(),
    v.description("False where there are more than were counted, which are those that have failed longest."),
  ),
  first: v.pipe(IsoTime, v.description("Since when the first of them fails by it.")),
  last: v.pipe(IsoTime, v.description("Since when the last of them does.")),
  types: v.pipe(v.array(v.string()), v.description("Some of their types.")),
  marketplaces: v.pipe(v.array(v.string()), v.description("The ids of some Marketplaces that they are of.")),
  example: v.pipe(v.string(), v.description("One of them, `evt_…`.")),
});

export type FailuresJson = v.InferOutput<typeof FailuresJson>;
export const FailuresJson = v.object({
  data: v.array(FailureJson),
  as_of: v.pipe(IsoTime, v.description("When this was so: what a replay of a cause is frozen at.")),
  complete: v.pipe(v.boolean(), v.description("False where there are more causes than are listed.")),
});

/** What of a Space fails now, by cause, the most first. It reads what fails and no more, and so much of it at most. */
export const listFailures = async (space: string): Promise<FailuresJson> => (await readFailures(space)).list;

/** The same, with the events that were read first, for who would read them again. */
export async function readFailures(space: string): Promise<{ list: FailuresJson; first: FailingPage }> {
  const as_of = iso(now());
  const { failures, readAll, first } = await countFailures(space);
  const data = failures
    .toSorted((one, other) => other.count - one.count || (one.cause < other.cause ? -1 : 1))
    .slice(0, MAX_CAUSES);
  return { list: { data, as_of, complete: readAll && data.length === failures.length }, first };
}

/** What is tried again by itself succeeds within the hour, if it is to; in ms. */
const STUCK_MS = 60 * 60_000;

/**
 * Of what fails, what waits for somebody: what was given up, and what has failed for an hour. What Stripe does not have is looked for
 * once more by then, and let be: nobody is called for it (see `missing_object.ts`).
 */
export const waitingForSomebody = ({ data }: FailuresJson): Failure[] =>
  data.filter(
    ({ cause, dead, first }) => dead > 0 || (cause !== MISSING && first < iso(after(now(), -STUCK_MS))),
  );

const MISSING = "stripe:resource_missing";

async function countFailures(
  space: string,
): Promise<{ failures: Failure[]; readAll: boolean; first: FailingPage }> {
  let first: FailingPage | undefined;
  const failures = new Map<string, Failure>();
  let pagesRead = 0;
  // Before all that a cause may begin with.
  let from: string | undefined = " ";
  while (from !== undefined) {
    let skipTo: string | undefined;
    for await (const rows of pages({
      ...failingOf(space, "failing > :from", { ":from": from }),
      Limit: PAGE,
    })) {
      const events = readable(rows);
      for (const event of events) failures.set(event.cause, counted(event, failures.get(event.cause)));
      pagesRead += 1;
      first ??= { events, more: rows.length === PAGE };
      const last = events.at(-1);
      const failure = last && failures.get(last.cause);
      if (!failure) continue;
      const isEnough = failure.count >= MAX_OF_CAUSE;
      if (isEnough || pagesRead >= MAX_PAGES) {
        const newest = await newestOf(space, last.cause);
        const counted_all = !newest || newest.id === last.id;
        failures.set(last.cause, { ...failure, counted_all, last: newest?.since ?? failure.last });
      }
      if (pagesRead >= MAX_PAGES) return { failures: [...failures.values()], readAll: false, first };
      if (!isEnough) continue;
      skipTo = pastCause(last.cause);
      break;
    }
    from = skipTo;
  }
  return { failures: [...failures.values()], readAll: true, first: first ?? { events: [], more: false } };
}

/** A failure with one more event, which has failed no longer than those before it. */
function counted({ cause, since, status, type, marketplace, id }: FailingEvent, before?: Failure): Failure {
  const { count = 0, dead = 0, retrying = 0, first = since, types = [], marketplaces = [] } = before ?? {};
  return {
    cause,
    count: count + 1,
    dead: dead + (status === "dead" ? 1 : 0),
    retrying: retrying + (status === "retrying" ? 1 : 0),
    counted_all: true,
    first,
    last: since,
    types: withName(types, type),
    marketplaces: withName(marketplaces, marketplace),
    example: id,
  };
}

const withName = (names: string[], name: string | undefined): string[] =>
  name === undefined || names.includes(name) || names.length === NAMED ? names : [...names, name];

async function newestOf(space: string, cause: string): Promise<FailingEvent | undefined> {
  const query = { ...failingBetween(space, fromCause(cause), pastCause(cause)), ScanIndexForward: false };
  for await (const rows of pages({ ...query, Limit: 1 })) return readable(rows)[0];
  return undefined;
}

/** What fails of a Space, by cause, or by one alone, the longest failing first; some of it, after a place that stands in it. */
export async function readFailing(
  space: string,
  {
    cause,
    after,
    limit,
  }: {
    cause: string | undefined;
    after: Pick<FailingEvent, "id" | "failing"> | undefined;
    limit: number;
  },
): Promise<FailingPage> {
  const query =
    cause === undefined
      ? failingOf(space, "failing > :from", { ":from": " " })
      : failingBetween(space, fromCause(cause), pastCause(cause));
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      ...query,
      // One more tells whether there is a next page.
      Limit: limit + 1,
      ...(after && { ExclusiveStartKey: { ...eventKey(space, after.id), space, failing: after.failing } }),
    }),
  );
  return { events: readable(Items.slice(0, limit)), more: Items.length > limit };
}

const failingBetween = (space: string, from: string, to: string) =>
  failingOf(space, "failing BETWEEN :from AND :to", { ":from": from, ":to": to });

const failingOf = (space: string, condition: string, values: Record<string, string>) => ({
  TableName: configuration.eventsTable,
  IndexName: "failing",
  KeyConditionExpression: `#space = :space AND ${condition}`,
  ExpressionAttributeNames: { "#space": "space" },
  ExpressionAttributeValues: { ":space": space, ...values },
});

/** One row that cannot be read is its own trouble: it is named in the log, and the others are what they are. */
const readable = (rows: Record<string, unknown>[]): FailingEvent[] =>
  rows.flatMap((row) => {
    const parsed = v.safeParse(FailingRow, row);
    if (!parsed.success) log.error("a failing event cannot be read", { event: String(row.pk) });
    return parsed.success ? parsed.output : [];
  });

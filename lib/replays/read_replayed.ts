import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { after, iso } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { eventKey } from "../dynamodb/keys.ts";
import { isMeant } from "../stripe_events/event_filter.ts";
import { fromCause, packFailing } from "../stripe_events/failing.ts";
import { isOf } from "../stripe_events/list_events.ts";
import { readEvents } from "../stripe_events/read_events.ts";
import type { StoredEvent } from "../stripe_events/stored_event.ts";
import type { Place, Replay } from "./replay.ts";
import { statusesOf } from "./replay_filter.ts";

/** Of a replay, what says which events it is of. */
export type Replayed = Pick<Replay, "space" | "filter" | "stripe_account" | "as_of" | "last">;

/** So many rows are read by one call ("BatchGetItem"). */
const READ = 100;

type Page = {
  events: { event: StoredEvent; place: Place }[];
  looked: number;
  /** The last place that was looked at, and whether there are more behind it. */
  end: Place | undefined;
  more: boolean;
};

/**
 * Some of the events that a replay is of, in their order, behind a place. What fails is in the index `failing`, the longest
 * failing of each cause first, and is read as far as that goes; what is finished is looked for in the log, the oldest first.
 * @param isConsistent that what was done a moment ago is seen, whatever the index says
 */
export async function readReplayed(
  replayed: Replayed,
  { from, limit, isConsistent }: { from: Place | undefined; limit: number; isConsistent: boolean },
): Promise<Page> {
  const { space } = replayed;
  const { at, ...query } = indexOf(replayed);
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      ...query,
      TableName: configuration.eventsTable,
      KeyConditionExpression: `#space = :space AND ${at} BETWEEN :first AND :last`,
      ExpressionAttributeNames: { "#space": "space" },
      Limit: limit,
      ...(from && { ExclusiveStartKey: { ...eventKey(space, from.id), space, [at]: from.at } }),
    }),
  );
  const rows = v.parse(v.array(Row), Items).map(({ pk, failing, created }) => ({
    pk,
    place: { id: pk.slice(space.length + 1), at: (at === "failing" ? failing : created) ?? "" },
  }));
  const pks = rows.map(({ pk }) => pk);
  const reads = Array.from({ length: Math.ceil(pks.length / READ) }, (_, n) =>
    readEvents(pks.slice(n * READ, (n + 1) * READ), { isConsistent }),
  );
  const found = new Map((await Promise.all(reads)).flatMap((read) => [...read]));
  const events = rows.flatMap(({ pk, place }) => {
    const event = found.get(pk);
    return event && isToReplay(replayed, event) ? [{ event, place }] : [];
  });
  return {
    events,
    looked: rows.length,
    end: rows.at(-1)?.place ?? from,
    more: LastEvaluatedKey !== undefined,
  };
}

const Row = v.object({ pk: v.string(), failing: v.optional(v.string()), created: v.optional(v.number()) });

function indexOf({ space, filter: { cause, from, to, finished }, as_of, last }: Replayed) {
  if (!finished)
    return {
      IndexName: "failing",
      at: "failing",
      ExpressionAttributeValues: {
        ":space": space,
        // Before and after all that a cause may begin with.
        ":first": cause === undefined ? " " : fromCause(cause),
        ":last": last ?? (cause === undefined ? "~" : packFailing({ cause, since: as_of })),
      },
    };
  return {
    IndexName: "log",
    at: "created",
    ExpressionAttributeValues: {
      ":space": space,
      ":first": Math.ceil((from ?? 0) / 1_000),
      ":last": last ?? Math.floor((to ?? Number.MAX_SAFE_INTEGER) / 1_000),
    },
  };
}

/** Whether an event is one of a replay's: as it was at the replay's moment, and not run since. */
function isToReplay({ filter, stripe_account, as_of }: Replayed, event: StoredEvent): boolean {
  const { status, marketplace, ...others } = filter;
  return (
    statusesOf(filter).includes(event.status) &&
    isMeant(others, event) &&
    (marketplace === undefined || isOf(event, { marketplace, stripe_account })) &&
    lastRunAt(event) <= as_of
  );
}

/** When an event's last run began, or ended, or it was put back for one that Stripe then asked to wait for. */
function lastRunAt({ received_at, replayed_at, runs }: StoredEvent): string {
  const { at = received_at, ms = 0 } = runs.at(-1) ?? {};
  const ended = iso(after(new Date(at), ms));
  return replayed_at !== undefined && replayed_at > ended ? replayed_at : ended;
}

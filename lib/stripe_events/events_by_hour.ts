import { after, fromSeconds, iso, now, toSeconds } from "../clock.ts";
import { eventKey } from "../dynamodb/keys.ts";
import { type FailingPage, readFailing } from "./failures.ts";
import { newestKeys } from "./newest_keys.ts";

const HOUR_MS = 60 * 60_000;
const HOURS = 24;

/** So many rows of the log are read, of its keys alone, and so many of what fails: 1,000 at most. */
const MOST = { events: 800, failing: 200 };

export type EventsByHour = {
  /** The last 24, the oldest first, of which the last runs yet; how many events happened in each, and how many of them fail now. */
  hours: { from: string; events: number; failing: number }[];
  /** ISO 8601; from when on all were counted, where there are more than are read. */
  since: string | undefined;
  /** Whether all that fails is told apart. */
  knowsFailing: boolean;
};

/**
 * A Space's events of the last 24 hours, by Stripe's time. No event itself is read.
 * @param fails what fails, where that is being read already
 */
export async function eventsByHour(
  space: string,
  most = MOST,
  fails: Promise<FailingPage> = readFailing(space, {
    cause: undefined,
    after: undefined,
    limit: most.failing,
  }),
): Promise<EventsByHour> {
  const last = new Date(iso(now()).replace(/:.*/, ":00:00.000Z"));
  const starts = Array.from({ length: HOURS }, (_, hour) => after(last, (hour + 1 - HOURS) * HOUR_MS));
  const first = starts[0] ?? last;
  const [rows, failing] = await Promise.all([
    newestKeys(space, { first: toSeconds(first), last: Number.MAX_SAFE_INTEGER }, most.events),
    fails,
  ]);
  const failingKeys = new Set(failing.events.map(({ id }) => eventKey(space, id).pk));
  const oldest = rows.at(-1);
  return {
    hours: starts.map((start) => {
      const from = toSeconds(start);
      const of = rows.filter(({ created }) => created >= from && created < from + HOUR_MS / 1_000);
      return {
        from: iso(start),
        events: of.length,
        failing: of.filter(({ pk }) => failingKeys.has(pk)).length,
      };
    }),
    since: rows.length === most.events && oldest ? iso(fromSeconds(oldest.created)) : undefined,
    knowsFailing: !failing.more,
  };
}

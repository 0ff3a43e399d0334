import { after, fromSeconds, iso, now, toSeconds } from "../clock.ts";
import type { FailingPage } from "./failures.ts";
import { failingOfMost, MOST, newestHappened } from "./newest_happened.ts";

const HOUR_MS = 60 * 60_000;
const HOURS = 24;

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
  fails: Promise<FailingPage> = failingOfMost(space, most),
): Promise<EventsByHour> {
  const last = new Date(iso(now()).replace(/:.*/, ":00:00.000Z"));
  const starts = Array.from({ length: HOURS }, (_, hour) => after(last, (hour + 1 - HOURS) * HOUR_MS));
  const first = starts[0] ?? last;
  const span = { first: toSeconds(first), last: Number.MAX_SAFE_INTEGER };
  const { happened, isAll, knowsFailing } = await newestHappened(space, span, most, fails);
  const oldest = happened.at(-1);
  return {
    hours: starts.map((start) => {
      const from = toSeconds(start);
      const of = happened.filter(({ created }) => created >= from && created < from + HOUR_MS / 1_000);
      return {
        from: iso(start),
        events: of.length,
        failing: of.filter(({ isFailing }) => isFailing).length,
      };
    }),
    since: !isAll && oldest ? iso(fromSeconds(oldest.created)) : undefined,
    knowsFailing,
  };
}

import { fromSeconds, iso, now, toSeconds } from "../clock.ts";
import type { EventFilter } from "./event_filter.ts";
import { failingOfMost, type Happened, MOST, newestHappened } from "./newest_happened.ts";
import { spanOf } from "./newest_keys.ts";
import { causeOf } from "./present_event.ts";
import type { StoredEvent } from "./stored_event.ts";

/** How long one bar may be, in s; the longest is taken where even that makes more bars than are seen apart. */
const BARS_S = [60, 300, 900, 3_600, 10_800, 21_600, 86_400, 604_800, 2_419_200];
const MAX_BARS = 30;

export type EventsOverTime = {
  /** Without a gap, the oldest first: how many events happened from then on, and how many of them fail now. */
  bars: { from: string; events: number; failing: number }[];
  /** How long each of them is. */
  bar_s: number;
  /** Which events they are: `all` that were searched, only the `newest` of them, or those that the page has `shown`. */
  of: "all" | "newest" | "shown";
  /** Whether all that fails is told apart. */
  knowsFailing: boolean;
};

/** A Space's events of a span of time, or of all, as far back as may be read: by the log's keys alone, no event itself. */
export async function countOverTime(
  space: string,
  filter: Pick<EventFilter, "from" | "to">,
  most = MOST,
): Promise<EventsOverTime> {
  const span = spanOf(filter);
  const { happened, isAll, knowsFailing } = await newestHappened(
    space,
    span,
    most,
    failingOfMost(space, most),
  );
  const first = isAll && filter.from !== undefined ? span.first : undefined;
  return {
    ...inBars(happened, first, Math.min(span.last, toSeconds(now()))),
    of: isAll ? "all" : "newest",
    knowsFailing,
  };
}

/** Events that were read anyway. */
export const shownOverTime = (events: StoredEvent[]): EventsOverTime => ({
  ...inBars(events.map((event) => ({ created: event.created, isFailing: causeOf(event) !== undefined }))),
  of: "shown",
  knowsFailing: true,
});

/** From the first to the last of them, or from `first` to `last` where those say more; in s since the epoch. */
function inBars(events: Happened[], first?: number, last?: number): Pick<EventsOverTime, "bars" | "bar_s"> {
  const times = events.map(({ created }) => created);
  const begin = first ?? Math.min(...times);
  const end = Math.max(last ?? 0, ...times);
  const least = (end - begin) / (MAX_BARS - 1);
  const bar_s = BARS_S.find((each) => each >= least) ?? Math.ceil(least);
  const bars = new Map<number, { events: number; failing: number }>();
  for (let bar = Math.floor(begin / bar_s); events.length > 0 && bar <= Math.floor(end / bar_s); bar++)
    bars.set(bar, { events: 0, failing: 0 });
  for (const { created, isFailing } of events) {
    const bar = bars.get(Math.floor(created / bar_s));
    if (!bar) continue;
    bar.events += 1;
    if (isFailing) bar.failing += 1;
  }
  return {
    bar_s,
    bars: [...bars].map(([bar, counts]) => ({ from: iso(fromSeconds(bar * bar_s)), ...counts })),
  };
}

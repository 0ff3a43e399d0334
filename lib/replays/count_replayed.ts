import * as v from "valibot";
import { iso, now } from "../clock.ts";
import { ValidationError } from "../errors.ts";
import { Count, IsoTime } from "../http/answer_fields.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import { EventJson, presentEvent } from "../stripe_events/present_event.ts";
import type { StoredEvent } from "../stripe_events/stored_event.ts";
import { type Replayed, readReplayed } from "./read_replayed.ts";
import { FilterJson, type Place, presentFilter } from "./replay.ts";
import type { ReplayFilter } from "./replay_filter.ts";

/** One replay looks through so many events at most, so many at a time. */
const MAX_LOOKED = 50_000;
const PAGE = 1_000;
/** So many of them a preview shows. */
const SAMPLES = 5;

/** What a replay would do, before it is begun; nothing is kept of it. */
export type PreviewJson = v.InferOutput<typeof PreviewJson>;
export const PreviewJson = v.object({
  filter: FilterJson,
  as_of: v.pipe(IsoTime, v.description("When this was so. Send it along to begin a replay of these events.")),
  total: v.pipe(Count, v.description("How many events there are to replay.")),
  counted_all: v.pipe(
    v.boolean(),
    v.description("False where there are more than one replay takes; these are the first of them."),
  ),
  samples: v.pipe(v.array(EventJson), v.description("The first of them.")),
});

export async function previewReplay(space: string, filter: ReplayFilter): Promise<PreviewJson> {
  const as_of = iso(now());
  const { total, last, samples } = await countReplayed(await whichEvents(space, filter, as_of));
  return {
    filter: presentFilter(filter),
    as_of,
    total,
    counted_all: last === undefined,
    samples: samples.map(presentEvent),
  };
}

/** @throws {ValidationError} where the filter's Marketplace is none of the Space's */
export async function whichEvents(space: string, filter: ReplayFilter, as_of: string): Promise<Replayed> {
  if (filter.marketplace === undefined) return { space, filter, as_of };
  const marketplaces = await listMarketplaces(space);
  const of = marketplaces.find(({ marketplace }) => marketplace === filter.marketplace);
  if (!of) throw new ValidationError({ marketplace: "is none of this Space's" });
  return { space, filter, as_of, stripe_account: of.stripe_account };
}

/** How many events a replay is of, to which place of the index where that is not its end, and the first of them. */
export async function countReplayed(
  replayed: Replayed,
): Promise<{ total: number; last: Place["at"] | undefined; samples: StoredEvent[] }> {
  const samples: StoredEvent[] = [];
  let [total, looked] = [0, 0];
  let from: Place | undefined;
  for (;;) {
    const page = await readReplayed(replayed, { from, limit: PAGE, isConsistent: false });
    for (const { event } of page.events) if (samples.length < SAMPLES) samples.push(event);
    total += page.events.length;
    looked += page.looked;
    from = page.end;
    if (!page.more) return { total, last: undefined, samples };
    if (looked >= MAX_LOOKED) return { total, last: from?.at, samples };
  }
}

import { createHash } from "node:crypto";
import { ulid } from "ulid";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { findRow } from "../dynamodb/find_row.ts";
import { replayKey } from "../dynamodb/keys.ts";
import { NotFound } from "../errors.ts";
import { Count, IsoTime } from "../http/answer_fields.ts";
import { isUlid } from "../ids.ts";
import { filterTexts, type ReplayFilter, StoredFilter } from "./replay_filter.ts";

/** Where in the index an event stands that is to be replayed: its sort key there, and its id. */
export type Place = v.InferOutput<typeof Place>;
const Place = v.object({ at: v.union([v.string(), v.number()]), id: v.string() });

export type ReplayStatus = v.InferOutput<typeof ReplayStatus>;
const ReplayStatus = v.picklist(["running", "finished", "stopped"]);

/**
 * Events of a Space that are handled again, frozen at a moment: whatever has been run since is not among them. So each is
 * handled once at most, though the process is lost in the middle, and by one replay where two are of the same events.
 * Times are ISO 8601.
 */
export type Replay = v.InferOutput<typeof Replay>;
export const Replay = v.object({
  space: v.string(),
  id: v.string(),
  filter: StoredFilter,
  /** Of the filter's Marketplace: the account that it was connected to. */
  stripe_account: v.optional(v.string()),
  as_of: v.string(),
  /** How many events there were to replay, of as many as were looked through; the rest is behind `last`. */
  total: v.number(),
  last: v.optional(Place.entries.at),
  status: ReplayStatus,
  begun_by: v.string(),
  ended_at: v.optional(v.string()),
  /** Who stopped it; or for which cause it stopped by itself. */
  stopped_by: v.optional(v.string()),
  stopped_for: v.optional(v.string()),
  /** How far it came, absent until its first events are through; and how often that was saved. */
  place: v.optional(Place),
  saves: v.number(),
  succeeded: v.number(),
  failed: v.number(),
  waiting: v.number(),
});

/** The same events at the same moment are one replay, however often it is asked for. */
export function replayId(as_of: string, filter: ReplayFilter): string {
  const bytes = createHash("sha256")
    .update(JSON.stringify(filterTexts(filter)))
    .digest()
    .values();
  return ulid(Date.parse(as_of), () => (bytes.next().value ?? 0) / 256);
}

export async function findReplay(space: string, id: string): Promise<Replay | undefined> {
  if (!isUlid(id)) return undefined;
  return await findRow(Replay, configuration.settingsTable, replayKey(space, id));
}

/** @throws {NotFound} */
export async function getReplay(space: string, id: string): Promise<Replay> {
  const replay = await findReplay(space, id);
  if (!replay) throw new NotFound();
  return replay;
}

/** A filter as JSON has it. */
export const FilterJson = v.pipe(
  v.object({
    status: v.optional(v.string()),
    cause: v.optional(v.string()),
    type: v.optional(v.string()),
    marketplace: v.optional(v.string()),
    from: v.optional(IsoTime),
    to: v.optional(IsoTime),
    finished: v.optional(v.literal(true)),
  }),
  v.description("Which events: what was asked for."),
);

export const presentFilter = (filter: ReplayFilter): v.InferOutput<typeof FilterJson> => ({
  ...filterTexts(filter),
  finished: filter.finished,
});

export type ReplayJson = v.InferOutput<typeof ReplayJson>;
export const ReplayJson = v.object({
  id: v.pipe(v.string(), v.description("Of the moment and the filter: the same request is the same replay.")),
  status: v.pipe(ReplayStatus, v.description("`running` goes on by itself until it is one of the others.")),
  filter: FilterJson,
  as_of: v.pipe(IsoTime, v.description("The moment: what has been run since is left alone.")),
  total: v.pipe(Count, v.description("How many events there were to replay.")),
  counted_all: v.pipe(
    v.boolean(),
    v.description("False where there are more than one replay takes; these are the first of them."),
  ),
  replayed: v.pipe(Count, v.description("How many were handled again so far.")),
  succeeded: v.pipe(Count, v.description("How many of them did, or turned out to be none of our business.")),
  failed: v.pipe(Count, v.description("How many failed again, and stand in the list of failures anew.")),
  waiting: v.pipe(
    Count,
    v.description("How many are tried again in a moment by themselves, since Stripe asks to slow down."),
  ),
  left: v.pipe(Count, v.description("How many are to come, or were when it was stopped.")),
  passed_over: v.pipe(
    Count,
    v.description(
      "Of one that is finished: how many had been run, or were being, when their turn came; and how many were replayed uncounted, as a process was lost.",
    ),
  ),
  begun_by: v.string(),
  ended_at: v.nullable(IsoTime),
  stopped_by: v.pipe(v.nullable(v.string()), v.description("Who stopped it.")),
  stopped_for: v.pipe(
    v.nullable(v.string()),
    v.description("For which cause it stopped by itself: `stripe:no_api_token` or `stripe:key_refused`."),
  ),
});

export function presentReplay(replay: Replay): ReplayJson {
  const { id, status, filter, as_of, total, succeeded, failed, waiting } = replay;
  const replayed = succeeded + failed + waiting;
  const others = Math.max(0, total - replayed);
  const isFinished = status === "finished";
  return {
    id,
    status,
    filter: presentFilter(filter),
    as_of,
    total,
    counted_all: replay.last === undefined,
    replayed,
    succeeded,
    failed,
    waiting,
    left: isFinished ? 0 : others,
    passed_over: isFinished ? others : 0,
    begun_by: replay.begun_by,
    ended_at: replay.ended_at ?? null,
    stopped_by: replay.stopped_by ?? null,
    stopped_for: replay.stopped_for ?? null,
  };
}

import * as v from "valibot";
import { limitConcurrency } from "../async/limit_concurrency.ts";
import { recordAudit } from "../audit/audit.ts";
import { after, iso, now } from "../clock.ts";
import { HttpError, ValidationError } from "../errors.ts";
import { Count } from "../http/answer_fields.ts";
import { describeError, log } from "../log.ts";
import { type FailingEvent, failingByCause, MAX_OF_CAUSE } from "./failures.ts";
import { getEvent } from "./get_event.ts";
import type { Outcome } from "./outcome.ts";
import { runAgain } from "./replay_event.ts";

/** So many events one press handles again, so many at a time: what comes in meanwhile has its share of Stripe's limits. */
export const MAX_REPLAYS = 100;
const AT_ONCE = 4;
/** No further one is begun after so many ms: whoever pressed waits, and API Gateway gives up at 30 s. */
const BEGIN_FOR_MS = 15_000;

/** How far ahead the clock may be that a list was read by. */
const SKEW_MS = 5_000;

/** Which events: what fails by the cause, and did so already when the page, or the list, was read. */
export type CauseReplay = v.InferOutput<typeof CauseReplay>;
export const CauseReplay = v.strictObject({
  cause: v.pipe(
    v.string("is missing"),
    v.regex(/^[\w.:@-]{1,200}$/, "must be a cause, as the list of failures has it"),
  ),
  by: v.pipe(
    v.string("is missing"),
    v.isoTimestamp("must be the list's `as_of`"),
    v.transform((text) => iso(new Date(text))),
    v.description(
      "The list's `as_of`. What has failed since, or again, is left alone, so the same request handles nothing twice.",
    ),
  ),
});

/** What came of it. */
export type ReplayedJson = v.InferOutput<typeof ReplayedJson>;
export const ReplayedJson = v.object({
  replayed: v.pipe(Count, v.description("How many events were handled again.")),
  succeeded: v.pipe(Count, v.description("How many of them did, or turned out to be none of our business.")),
  failed: v.pipe(Count, v.description("How many failed again, and stand in the list of failures anew.")),
  waiting: v.pipe(
    Count,
    v.description("How many are tried again in a moment by themselves, since Stripe asks to slow down."),
  ),
  left: v.pipe(Count, v.description("How many more there are to replay by the same cause.")),
  counted_all: v.pipe(v.boolean(), v.description("False where more are left than were counted.")),
});

/**
 * Handles again what fails by one cause, the longest failing first, as far as one request gets. It is in the audit once,
 * before anything is done; where there is nothing to do, it is not.
 * @throws {ValidationError} where `by` is yet to come
 */
export async function replayCause(
  space: string,
  { cause, by }: CauseReplay,
  actor: string,
): Promise<ReplayedJson> {
  const began = now();
  // By a time to come, what fails again would be taken for what failed before.
  if (by > iso(after(began, SKEW_MS))) throw new ValidationError({ by: "must not be a time to come" });
  const failing = await failingByCause(space, cause, by < iso(began) ? by : iso(began));
  const counted = failing.slice(0, MAX_OF_CAUSE);
  const taken = counted.slice(0, MAX_REPLAYS);
  if (taken.length > 0)
    await recordAudit(space, actor, `replayed events that failed by ${cause}: ${taken.length}`);
  const until = after(began, BEGIN_FOR_MS);
  const ends = await replayInTurn(space, taken, until);
  const count = (...which: End[]): number => ends.filter((end) => which.includes(end)).length;
  return {
    replayed: ends.length - count("left", "gone"),
    succeeded: count("succeeded", "ignored"),
    failed: count("retrying", "dead"),
    waiting: count("rate_limited"),
    left: counted.length - taken.length + count("left"),
    counted_all: failing.length === counted.length,
  };
}

/** `gone`: it does not fail any more, or somebody else handles it. `left`: there was no time for it. */
type End = Outcome["outcome"] | "gone" | "left";

async function replayInTurn(space: string, events: FailingEvent[], until: Date): Promise<End[]> {
  const inTurn = limitConcurrency(AT_ONCE);
  let isOver = false;
  return await Promise.all(
    events.map((event) =>
      inTurn(async () => {
        if (isOver || now() >= until) return "left";
        const end = await replayOne(space, event);
        // Stripe asks to slow down: the rest is left, as retry leaves it.
        if (end === "rate_limited") isOver = true;
        return end;
      }),
    ),
  );
}

async function replayOne(space: string, { id, failing }: FailingEvent): Promise<End> {
  try {
    const event = await getEvent(space, id);
    // The index is a little behind the table.
    if (event.failing !== failing) return "gone";
    return (await runAgain(event)).outcome;
  } catch (error) {
    if (error instanceof HttpError) return "gone";
    log.error("an event could not be replayed", { space, event: id, ...describeError(error) });
    return "left";
  }
}

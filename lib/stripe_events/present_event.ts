import * as v from "valibot";
import { fromSeconds, iso } from "../clock.ts";
import { Count, IsoTime } from "../http/answer_fields.ts";
import { describeError, log } from "../log.ts";
import { cachedPlatform } from "../utilities/platform.ts";
import { type BoundPayload, boundPayload } from "./payload/bound_payload.ts";
import { unpackPayload } from "./payload/payload.ts";
import { EventStatus, type Run, type StoredEvent } from "./stored_event.ts";

/** An event as the lists show it. Times are ISO 8601. */
export type EventJson = v.InferOutput<typeof EventJson>;
export const EventJson = v.object({
  id: v.pipe(v.string(), v.description("Stripe's, `evt_…`.")),
  type: v.string(),
  status: EventStatus,
  marketplace: v.pipe(
    v.nullable(v.string()),
    v.description("Whose it is: by its object's metadata, until its run has found it."),
  ),
  order: v.nullable(v.string()),
  account: v.pipe(
    v.nullable(v.string()),
    v.description("The connected account that it is of; null for the Distributor's own."),
  ),
  livemode: v.boolean(),
  created: v.pipe(IsoTime, v.description("Stripe's own time.")),
  received_at: IsoTime,
  recovered: v.pipe(
    v.boolean(),
    v.description("That no delivery brought it: it was put in from Stripe's list of events."),
  ),
  due_at: v.pipe(
    v.nullable(IsoTime),
    v.description("Until when its run has to itself, or when the next is due; null when it is finished."),
  ),
  attempts: Count,
  cause: v.pipe(
    v.nullable(v.string()),
    v.description(
      "Why its last try failed, as a code that is the same for all that fails so, such as `stripe:balance_insufficient` or `handler:TypeError@settle.ts`; null where it does not fail.",
    ),
  ),
});

export const presentEvent = (event: StoredEvent): EventJson => ({
  id: event.id,
  type: event.type,
  status: event.status,
  marketplace: event.marketplace ?? null,
  order: event.order ?? null,
  account: event.account ?? null,
  livemode: event.livemode,
  created: iso(fromSeconds(event.created)),
  received_at: event.received_at,
  recovered: event.recovered ?? false,
  due_at: event.due_at ?? null,
  attempts: event.runs.length,
  cause: causeOf(event) ?? null,
});

/** Why an event that is `retrying` or `dead` is so: by the last of its runs that has ended. */
export const causeOf = ({ status, runs }: StoredEvent): string | undefined =>
  status === "retrying" || status === "dead"
    ? runs.findLast(({ outcome }) => outcome !== undefined)?.cause
    : undefined;

/**
 * An event whole: with its payload, or what of it can be shown and what cannot (`payload_note`), and each run's beginning,
 * length in ms and outcome.
 */
export type WholeEventJson = v.InferOutput<typeof WholeEventJson>;
export const WholeEventJson = v.object({
  ...EventJson.entries,
  payload: v.pipe(v.unknown(), v.description("The event as Stripe sent it, or null.")),
  payload_note: v.pipe(
    v.nullable(v.string()),
    v.description("What of the payload is not shown, in a sentence."),
  ),
  runs: v.array(
    v.object({
      at: IsoTime,
      ms: v.nullable(Count),
      outcome: v.picklist(["succeeded", "ignored", "retrying", "dead", "running", "lost"]),
      detail: v.string(),
      cause: v.pipe(
        v.nullable(v.string()),
        v.description("Of a run that failed: why, as a code without ids."),
      ),
      request_id: v.pipe(
        v.nullable(v.string()),
        v.description("Stripe's name of the request that it answered so, `req_…`, where it answered."),
      ),
    }),
  ),
});

export const presentEventWhole = async (event: StoredEvent): Promise<WholeEventJson> => ({
  ...presentEvent(event),
  ...(await payloadOf(event)),
  runs: event.runs.map((run, index) =>
    presentRun(
      { ...run, at: run.at ?? event.received_at },
      event.due_at !== undefined && index === event.runs.length - 1,
    ),
  ),
});

/** How a run ended, or what became of it else. */
export type RunOutcome = NonNullable<Run["outcome"]> | "running" | "lost";

const outcomeOf = (outcome: Run["outcome"], isLast: boolean): RunOutcome =>
  outcome ?? (isLast ? "running" : "lost");

const presentRun = (
  { at, ms, outcome, detail, cause, request_id }: Run & { at: string },
  isLast: boolean,
) => ({
  at,
  ms: ms ?? null,
  outcome: outcomeOf(outcome, isLast),
  detail: detail ?? (isLast ? "not finished yet" : "never finished: its process was lost"),
  cause: cause ?? null,
  request_id: request_id ?? null,
});

/** As received, unless it was erased; as Stripe has it now where it was too large to keep; null where Stripe does not have it either. */
async function payloadOf(event: StoredEvent): Promise<BoundPayload> {
  const { space, id, account, payload, erased_at } = event;
  if (payload) return boundPayload(JSON.parse(unpackPayload(payload, event).toString("utf8")));
  if (erased_at) return { payload: null, payload_note: `It named a buyer, who was erased: ${erased_at}.` };
  try {
    const { stripe } = await cachedPlatform(space);
    return boundPayload(await stripe.events.retrieve(id, {}, account ? { stripeAccount: account } : {}));
  } catch (error) {
    log.warn("a large payload could not be fetched", { space, event: id, ...describeError(error) });
    return { payload: null, payload_note: "It was too large to keep, and Stripe does not have it any more." };
  }
}

import { fromSeconds, iso } from "../clock.ts";
import { describeError, log } from "../log.ts";
import { cachedPlatform } from "../utilities/platform.ts";
import { type BoundPayload, boundPayload } from "./payload/bound_payload.ts";
import { unpackPayload } from "./payload/payload.ts";
import type { Run, StoredEvent } from "./stored_event.ts";

/** An event as the lists show it. Times are ISO 8601. */
export const presentEvent = (event: StoredEvent) => ({
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
});

/**
 * An event whole: with its payload, or what of it can be shown and what cannot (`payload_note`), and each run's beginning,
 * length in ms and outcome.
 */
export const presentEventWhole = async (event: StoredEvent) => ({
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

const presentRun = ({ at, ms, outcome, detail }: Run & { at: string }, isLast: boolean) => ({
  at,
  ms: ms ?? null,
  outcome: outcomeOf(outcome, isLast),
  detail: detail ?? (isLast ? "not finished yet" : "never finished: its process was lost"),
});

/** As received; as Stripe has it now where it was too large to keep; null where Stripe does not have it either. */
async function payloadOf(event: StoredEvent): Promise<BoundPayload> {
  const { space, id, account, payload } = event;
  if (payload) return boundPayload(JSON.parse(unpackPayload(payload, event).toString("utf8")));
  try {
    const { stripe } = await cachedPlatform(space);
    return boundPayload(await stripe.events.retrieve(id, {}, account ? { stripeAccount: account } : {}));
  } catch (error) {
    log.warn("a large payload could not be fetched", { space, event: id, ...describeError(error) });
    return { payload: null, payload_note: "It was too large to keep, and Stripe does not have it any more." };
  }
}

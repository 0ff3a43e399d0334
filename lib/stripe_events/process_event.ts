import Stripe from "stripe";
import { now } from "../clock.ts";
import { isDynamoError, KmsUnavailable } from "../errors.ts";
import { describeError, log, withLogFields } from "../log.ts";
import { modeOf } from "../utilities/api_token.ts";
import { cachedBuyers, cachedPlatform, forgetPlatform, NoApiToken } from "../utilities/platform.ts";
import { whyOf } from "./cause.ts";
import { isOfErasedBuyer } from "./erased_payload.ts";
import { finishRun } from "./finish_run.ts";
import type { HandledEvent, Handler, HandlerContext } from "./handler.ts";
import { isThin } from "./incoming_event.ts";
import { missingObject } from "./missing_object.ts";
import { ignored, NonRetryableError, type Outcome } from "./outcome.ts";
import { type HandledType, isHandled, registry } from "./registry.ts";
import type { StoredEvent } from "./stored_event.ts";

/**
 * Runs the typed handler of an event whose lease the caller holds, and writes down how that ended.
 * Whatever goes wrong with one event ends as its outcome, be it a partition of a table that does not answer; thrown is
 * only that the outcome could not be written.
 */
export async function processEvent(event: StoredEvent): Promise<Outcome> {
  const { space, id, type } = event;
  return await withLogFields({ space, event: id, type }, async () => {
    const started = now();
    const { outcome, isOfErased } = await judged(event, await run(event));
    await finishRun(event, outcome, started, isOfErased);
    return outcome;
  });
}

async function run(event: StoredEvent): Promise<Outcome> {
  const { type } = event;
  if (!isHandled(type)) return ignored(unhandled(type));
  try {
    const { stripe, buyers, livemode } = await cachedPlatform(event.space);
    if (event.livemode !== livemode) return ignored(otherMode(event.livemode));
    return await handle(type, event, { stripe, buyers });
  } catch (error) {
    return failure(event, error);
  }
}

/** Why nobody handles a type. */
export const unhandled = (type: string): string => (isThin(type) ? THIN : `no handler for ${type}`);

/** @param livemode of the event */
export const otherMode = (livemode: boolean): string =>
  `an event of ${modeOf(livemode)} mode, and this Space's key is of ${modeOf(!livemode)} mode`;

/**
 * Whether an event is of an erased buyer, handled or not: of what is handled the Space's buyers are known by now, of the rest
 * they are read once a minute. What is tried again is looked at then; so is what a table does not answer for, since its
 * payload must not stay for that.
 */
async function judged(
  event: StoredEvent,
  outcome: Outcome,
): Promise<{ outcome: Outcome; isOfErased: boolean }> {
  if (outcome.outcome === "retrying" || outcome.outcome === "rate_limited")
    return { outcome, isOfErased: false };
  try {
    const buyers = await cachedBuyers(event.space);
    return { outcome, isOfErased: await isOfErasedBuyer({ ...event, ...outcome.proved }, buyers) };
  } catch (error) {
    return { outcome: failure(event, error), isOfErased: false };
  }
}

/** It is answered 200 and kept, since Stripe switches off a destination that refuses what it sends. */
const THIN =
  "a thin event; handlers are for snapshot events, so choose that payload style for this event destination";

const handlers: { [Type in HandledType]: Handler<Type> } = registry;

async function handle<Type extends HandledType>(
  type: Type,
  event: StoredEvent,
  context: HandlerContext,
): Promise<Outcome> {
  const { outcome, detail, marketplace, order } = await handlers[type](handledEvent(type, event), context);
  return { outcome, detail, proved: { marketplace, order } };
}

/** What of an event its handler may know. @throws {NonRetryableError} where its object has no id */
export function handledEvent<Type extends HandledType>(
  type: Type,
  { space, id, created, livemode, account, object }: StoredEvent,
): HandledEvent<Type> {
  if (object === undefined && type !== "balance.available")
    throw new NonRetryableError("the event's object has no id", { code: "object_without_id" });
  return { space, id, type, created, livemode, account, data: { object: { id: object ?? "" } } };
}

/** In words that quote nobody: Stripe's messages may repeat what was sent. */
function failure(event: StoredEvent, error: unknown): Outcome {
  const why = whyOf(error);
  const retrying = (detail: string): Outcome => ({ outcome: "retrying", ...why, detail });
  if (error instanceof NonRetryableError)
    return {
      outcome: "dead",
      ...why,
      detail: error.message,
      proved: error.marketplace ? { marketplace: error.marketplace } : undefined,
    };
  if (error instanceof NoApiToken) return retrying("the Space has no Stripe key yet");
  if (isDynamoError(error)) return retrying(`a table did not answer: ${error.name}`);
  if (error instanceof KmsUnavailable)
    return retrying(`AWS KMS did not open the Space's key: ${error.reason}`);
  if (error instanceof Stripe.errors.StripeRateLimitError)
    return { outcome: "rate_limited", detail: "Stripe asks us to slow down" };
  if (error instanceof Stripe.errors.StripeAuthenticationError) {
    forgetPlatform(event.space);
    return retrying("Stripe refuses the Space's key");
  }
  if (error instanceof Stripe.errors.StripeConnectionError) return retrying("Stripe could not be reached");
  if (error instanceof Stripe.errors.StripeError && error.code === "resource_missing")
    return missingObject(event, why);
  if (error instanceof Stripe.errors.StripeError)
    return retrying(`Stripe answered ${error.statusCode} ${error.code ?? error.type}`);
  const { error: name, at } = describeError(error);
  log.error("a handler failed", { error: name, at });
  return retrying(`the handler failed: ${name}`);
}

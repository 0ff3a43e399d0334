import Stripe from "stripe";
import { resourceMissing } from "../api/errors.ts";
import type { Cause } from "../core/cause.ts";
import { newId } from "../core/ids.ts";
import type { Scope } from "../core/objects.ts";
import { accountTime } from "../state/clock.ts";
import type { Simulator } from "../state/simulator.ts";
import { enqueue, type Target } from "../webhooks/deliveries.ts";

type EventType = Stripe.Event["type"];

type ObjectOf<T extends EventType> = Extract<Stripe.Event, { type: T }>["data"]["object"];

/** An event that has not been emitted yet. Created by `pendingEvent`, which pairs the type with its object. */
export interface PendingEvent {
  type: EventType;
  object: object;
  previous: object | undefined;
}

/** @param previous the previous values of the changed fields; for `*.updated` only */
export const pendingEvent = <T extends EventType>(
  type: T,
  object: ObjectOf<T>,
  previous?: Partial<ObjectOf<T>>,
): PendingEvent => ({ type, object, previous });

/** Records the events of one change, in order, and queues their deliveries.
 *  Call it in the transaction of the change itself, so that both happen or neither. */
export function emit(simulator: Simulator, scope: Scope, cause: Cause, pending: PendingEvent[]): void {
  const events = pending.map((each) => newEvent(simulator, scope, cause, each));
  const targets = enqueue(simulator, scope, events);
  for (const event of events)
    simulator.store.insert("event", scope, { ...event, pending_webhooks: targets(event) });
  simulator.wake();
}

/** Sends an event again, to its current targets, or those that are `wanted`. */
export function resend(simulator: Simulator, id: string, wanted?: (target: Target) => boolean): void {
  const event = simulator.store.find("event", id);
  if (!event) throw resourceMissing("event", id, "id");
  simulator.store.transaction(() => enqueue(simulator, event.scope, [event.object], wanted));
  simulator.wake();
}

/** The cast is safe: `pendingEvent` let only the object of that type through. */
function newEvent(
  simulator: Simulator,
  scope: Scope,
  cause: Cause,
  { type, object, previous }: PendingEvent,
): Stripe.Event {
  return {
    id: newId.event(),
    object: "event",
    api_version: Stripe.API_VERSION,
    created: accountTime(simulator, scope.account),
    data: previous ? { object, previous_attributes: previous } : { object },
    livemode: scope.livemode,
    pending_webhooks: 0,
    request: cause,
    type,
  } as Stripe.Event;
}

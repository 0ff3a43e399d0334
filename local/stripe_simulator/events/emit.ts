import Stripe from "stripe";
import { missingObject } from "../api/errors.ts";
import type { Cause } from "../core/cause.ts";
import { nowSeconds } from "../core/clock.ts";
import { newId } from "../core/ids.ts";
import type { Scope } from "../core/objects.ts";
import type { Simulator } from "../state/simulator.ts";
import { enqueue } from "../webhooks/deliveries.ts";

type Type = Stripe.Event["type"];

type ObjectOf<T extends Type> = Extract<Stripe.Event, { type: T }>["data"]["object"];

/** An event that is about to happen. Made by `happened`, which pairs the type with its object. */
export interface Happening {
  type: Type;
  object: object;
  previous: object | undefined;
}

/** @param previous the fields that changed, as they were; for `*.updated` only */
export const happened = <T extends Type>(
  type: T,
  object: ObjectOf<T>,
  previous?: Partial<ObjectOf<T>>,
): Happening => ({ type, object, previous });

/** Records the events of one change, in order, and queues their deliveries.
 *  Call it in the transaction of the change itself, so that neither is ever without the other. */
export function emit(simulator: Simulator, scope: Scope, cause: Cause, happenings: Happening[]): void {
  const events = happenings.map((happening) => newEvent(scope, cause, happening));
  const targets = enqueue(simulator, scope, events);
  for (const event of events)
    simulator.store.insert("event", scope, { ...event, pending_webhooks: targets(event) });
  simulator.wake();
}

/** Sends an event again to everybody who is to hear it now. */
export function resend(simulator: Simulator, id: string): void {
  const event = simulator.store.find("event", id);
  if (!event) throw missingObject("event", id, "id");
  simulator.store.transaction(() => enqueue(simulator, event.scope, [event.object]));
  simulator.wake();
}

/** The cast is safe: `happened` let only the object of that type through. */
function newEvent(scope: Scope, cause: Cause, { type, object, previous }: Happening): Stripe.Event {
  return {
    id: newId.event(),
    object: "event",
    api_version: Stripe.API_VERSION,
    created: nowSeconds(),
    data: previous ? { object, previous_attributes: previous } : { object },
    livemode: scope.livemode,
    pending_webhooks: 0,
    request: cause,
    type,
  } as Stripe.Event;
}

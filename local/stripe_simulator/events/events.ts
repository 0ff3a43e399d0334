import Stripe from "stripe";
import * as v from "valibot";
import { invalidParam, missingObject } from "../api/errors.ts";
import { found } from "../api/get_or_throw.ts";
import { page, whereCreated, whereField } from "../api/lists.ts";
import { param, parse } from "../api/params.ts";
import type { Call, Handler } from "../api/request.ts";
import { nowSeconds } from "../core/clock.ts";
import { newId } from "../core/ids.ts";
import type { Scope } from "../core/objects.ts";
import type { Cause, World } from "../state/simulator.ts";
import { enqueue, pendingWebhooks } from "../webhooks/deliveries.ts";

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
export function emit(world: World, scope: Scope, cause: Cause, happenings: Happening[]): void {
  const events = happenings.map((happening) => newEvent(scope, cause, happening));
  const targets = enqueue(world, scope, events);
  for (const event of events)
    world.store.insert("event", scope, { ...event, pending_webhooks: targets(event) });
  world.wake();
}

/** Sends an event again to everybody who is to hear it now. */
export function resend(world: World, id: string): void {
  const event = world.store.find("event", id);
  if (!event) throw missingObject("event", id, "id");
  world.store.transaction(() => enqueue(world, event.scope, [event.object]));
  world.wake();
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

/** An event as the API shows it: with what is pending now, and the connected account if it is one's. */
function shown(world: World, { scope, caller }: Call, event: Stripe.Event): Stripe.Event {
  const account = scope.account === caller.account ? {} : { account: scope.account };
  return { ...event, ...account, pending_webhooks: pendingWebhooks(world, event.id) };
}

const MAXIMUM_TYPES = 20;

const ListParams = v.strictObject({
  ...param.paging,
  type: v.optional(param.text()),
  types: v.optional(v.array(param.text())),
  created: v.optional(param.range),
});

/** https://docs.stripe.com/api/events/list */
export const listEvents: Handler = (call, world) => {
  const { type, types = [], created, ...paging } = parse(ListParams, call.params);
  if (type && types.length > 0)
    throw invalidParam("types", "You may only specify one of these parameters: type, types.");
  if (types.length > MAXIMUM_TYPES)
    throw invalidParam(
      "types",
      `You may only specify up to ${MAXIMUM_TYPES} types; you passed ${types.length}.`,
    );
  const where = [...whereType(type ? [type] : types), ...whereCreated(created)];
  const events = page(world, call.scope, { kind: "event", url: "/v1/events", where }, paging);
  return { ...events, data: events.data.map((event) => shown(world, call, event)) };
};

/** `charge.*` stands for all types that begin like this. */
function whereType(types: string[]) {
  const [only = ""] = types;
  if (types.length !== 1 || !only.includes("*")) return whereField("type", types);
  return [{ sql: "body ->> '$.type' GLOB ?", values: [only.replace(/[[?]/g, "")] }];
}

export const retrieveEvent: Handler = (call, world) => {
  parse(v.strictObject({}), call.params);
  return shown(world, call, found(world, "event", call.scope, call.path("id")));
};

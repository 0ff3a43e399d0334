import { randomInt } from "node:crypto";
import type Stripe from "stripe";
import * as v from "valibot";
import { invalidParam, resourceMissing } from "../api/errors.ts";
import { getOrThrow } from "../api/get_or_throw.ts";
import { listPage, whereField } from "../api/lists.ts";
import { assertNoParams, param, parse } from "../api/params.ts";
import type { Call, Handler } from "../api/request.ts";
import { accountTime } from "../state/clock.ts";
import type { Simulator } from "../state/simulator.ts";
import { pendingWebhooks } from "../webhooks/deliveries.ts";

/** An event as the API returns it: with the current `pending_webhooks`, and with `account` if a connected account's. */
function presentEvent(simulator: Simulator, { scope, caller }: Call, event: Stripe.Event): Stripe.Event {
  const account = scope.account === caller.account ? {} : { account: scope.account };
  return { ...event, ...account, pending_webhooks: pendingWebhooks(simulator, event.id) };
}

const MAXIMUM_TYPES = 20;

/** "List events, going back up to 30 days"; an older one is not to be had by its id either. */
const KEPT_S = 30 * 24 * 60 * 60;

const ListParams = v.strictObject({
  ...param.paging,
  type: v.optional(param.text()),
  types: v.optional(v.array(param.text())),
  created: v.optional(param.range),
});

/** https://docs.stripe.com/api/events/list */
export const listEvents: Handler = (call, simulator) => {
  const { type, types = [], created, ...paging } = parse(ListParams, call.params);
  if (type && types.length > 0)
    throw invalidParam("types", "You may only specify one of these parameters: type, types.");
  if (types.length > MAXIMUM_TYPES)
    throw invalidParam(
      "types",
      `You may only specify up to ${MAXIMUM_TYPES} types; you passed ${types.length}.`,
    );
  const where = whereType(type ? [type] : types);
  const oldest = accountTime(simulator, call.scope.account) - KEPT_S;
  const events = listPage(
    simulator,
    call.scope,
    {
      kind: "event",
      url: "/v1/events",
      created: { ...created, gte: Math.max(created?.gte ?? 0, oldest) },
      where,
    },
    paging,
  );
  return { ...events, data: events.data.map((event) => presentEvent(simulator, call, event)) };
};

/** `charge.*` matches every type with that prefix. */
function whereType(types: string[]) {
  const [only = ""] = types;
  if (types.length !== 1 || !only.includes("*")) return whereField("type", types);
  return [{ sql: "body ->> '$.type' GLOB ?", values: [only.replace(/[[?]/g, "")] }];
}

export const retrieveEvent: Handler = (call, simulator) => {
  assertNoParams(call.params);
  const event = getOrThrow(simulator, "event", call.scope, call.path("id"));
  if (event.created < accountTime(simulator, call.scope.account) - KEPT_S)
    throw resourceMissing("event", event.id, "id");
  return presentEvent(simulator, call, event);
};

/** For tests: the event happened then, before all that were not moved. */
export function moveEvent({ store }: Simulator, event: Stripe.Event, created: number): Stripe.Event {
  // Below all places that were given out, in the order of time, and a place of its own in its second.
  const seq = (created - 10_000_000_000) * 100_000 + randomInt(100_000);
  store.run("UPDATE objects SET created = ?, seq = ? WHERE id = ?", created, seq, event.id);
  return store.update("event", { ...event, created });
}

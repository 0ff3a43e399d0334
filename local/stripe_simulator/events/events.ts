import { randomInt } from "node:crypto";
import type Stripe from "stripe";
import * as v from "valibot";
import { invalidParam, resourceMissing } from "../api/errors.ts";
import { getOrThrow } from "../api/get_or_throw.ts";
import { listPage, whereField } from "../api/lists.ts";
import { assertNoParams, param, parse } from "../api/params.ts";
import type { Call, Handler } from "../api/request.ts";
import type { Scope } from "../core/objects.ts";
import { accountTime } from "../state/clock.ts";
import type { Simulator } from "../state/simulator.ts";
import { isCli, pendingWebhooks } from "../webhooks/deliveries.ts";
import { resend } from "./emit.ts";

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
  return presentEvent(simulator, call, keptEvent(simulator, call.scope, call.path("id")));
};

function keptEvent(simulator: Simulator, scope: Scope, id: string): Stripe.Event {
  const event = getOrThrow(simulator, "event", scope, id);
  if (event.created < accountTime(simulator, scope.account) - KEPT_S)
    throw resourceMissing("event", id, "id");
  return event;
}

/** For tests: the event happened then, before all that were not moved. */
export function moveEvent({ store }: Simulator, event: Stripe.Event, created: number): Stripe.Event {
  // Below all places that were given out, in the order of time, and a place of its own in its second.
  const seq = (created - 10_000_000_000) * 100_000 + randomInt(100_000);
  store.run("UPDATE objects SET created = ?, seq = ? WHERE id = ?", created, seq, event.id);
  return store.update("event", { ...event, created });
}

const RetryParams = v.strictObject({
  account: v.optional(param.text()),
  for_stripecli: v.optional(param.boolean, "false"),
  webhook_endpoint: v.optional(param.text()),
});

/** `stripe events resend`, which the API's reference does not have: to one endpoint, or to every `stripe listen` of the
 *  caller's. `account` is the connected account that the event is of. */
export const retryEvent: Handler = (call, simulator) => {
  const { caller } = call;
  const { account, for_stripecli, webhook_endpoint } = parse(RetryParams, call.params);
  const scope = account === undefined ? call.scope : { ...call.scope, account: caller.actsFor(account) };
  const event = keptEvent(simulator, scope, call.path("id"));
  if (webhook_endpoint) getOrThrow(simulator, "webhook_endpoint", caller, webhook_endpoint);
  resend(simulator, event.id, (target) => {
    if ((target.platform ?? scope.account) !== caller.account) return false;
    return webhook_endpoint ? target.id === webhook_endpoint : !for_stripecli || isCli(target);
  });
  return presentEvent(simulator, { ...call, scope }, event);
};

import type Stripe from "stripe";
import * as v from "valibot";
import { invalidParam } from "../api/errors.ts";
import { getOrThrow } from "../api/get_or_throw.ts";
import { listPage, whereField } from "../api/lists.ts";
import { assertNoParams, param, parse } from "../api/params.ts";
import type { Call, Handler } from "../api/request.ts";
import type { Simulator } from "../state/simulator.ts";
import { pendingWebhooks } from "../webhooks/deliveries.ts";

/** An event as the API returns it: with the current `pending_webhooks`, and with `account` if a connected account's. */
function presentEvent(simulator: Simulator, { scope, caller }: Call, event: Stripe.Event): Stripe.Event {
  const account = scope.account === caller.account ? {} : { account: scope.account };
  return { ...event, ...account, pending_webhooks: pendingWebhooks(simulator, event.id) };
}

const MAXIMUM_TYPES = 20;

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
  const events = listPage(
    simulator,
    call.scope,
    { kind: "event", url: "/v1/events", created, where },
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
  return presentEvent(simulator, call, getOrThrow(simulator, "event", call.scope, call.path("id")));
};

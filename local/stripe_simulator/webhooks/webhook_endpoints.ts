import Stripe from "stripe";
import * as v from "valibot";
import { invalidRequest } from "../api/errors.ts";
import { getOrThrow } from "../api/get_or_throw.ts";
import { listPage } from "../api/lists.ts";
import { assertNoParams, mergeMetadata, param, parse } from "../api/params.ts";
import type { Handler } from "../api/request.ts";
import { nowSeconds } from "../core/clock.ts";
import { newId } from "../core/ids.ts";
import type { StoredEndpoint } from "../core/objects.ts";
import { applicationOf } from "../state/connections.ts";
import { cancelDeliveriesTo } from "./deliveries.ts";
import { EVENT_TYPES } from "./event_types.ts";

/** https://docs.stripe.com/webhooks#register-webhook */
const MAXIMUM_ENDPOINTS = 16;

const enabledEvents = v.array(v.picklist(EVENT_TYPES));
const description = v.pipe(v.string(), v.maxLength(5000)); // an empty string unsets it

const CreateParams = v.strictObject({
  url: param.url,
  enabled_events: enabledEvents,
  api_version: v.optional(v.picklist([Stripe.API_VERSION])),
  connect: v.optional(param.boolean, "false"),
  description: v.optional(description),
  metadata: v.optional(param.metadata, {}),
});

/** https://docs.stripe.com/api/webhook_endpoints/create */
export const createWebhookEndpoint: Handler = ({ params, scope }, simulator) => {
  const { store } = simulator;
  const wanted = parse(CreateParams, params);
  if (store.list("webhook_endpoint", scope, [], -1).length >= MAXIMUM_ENDPOINTS)
    throw invalidRequest(
      `You have reached the maximum of ${MAXIMUM_ENDPOINTS} ${scope.livemode ? "live" : "test"} webhook endpoints.`,
    );
  const endpoint = store.insert("webhook_endpoint", scope, {
    id: newId.webhookEndpoint(),
    object: "webhook_endpoint",
    api_version: wanted.api_version ?? null,
    application: wanted.connect ? applicationOf(simulator, scope) : null,
    connect: wanted.connect,
    created: nowSeconds(),
    description: wanted.description || null,
    enabled_events: wanted.enabled_events,
    livemode: scope.livemode,
    metadata: wanted.metadata,
    secret: newId.signingSecret(),
    status: "enabled",
    url: wanted.url,
  });
  return { ...presentEndpoint(endpoint), secret: endpoint.secret };
};

export const retrieveWebhookEndpoint: Handler = ({ params, path, scope }, simulator) => {
  assertNoParams(params);
  return presentEndpoint(getOrThrow(simulator, "webhook_endpoint", scope, path("id")));
};

export const listWebhookEndpoints: Handler = ({ params, scope }, simulator) => {
  const list = listPage(
    simulator,
    scope,
    { kind: "webhook_endpoint", url: "/v1/webhook_endpoints" },
    parse(v.strictObject(param.paging), params),
  );
  return { ...list, data: list.data.map(presentEndpoint) };
};

const UpdateParams = v.strictObject({
  url: v.optional(param.url),
  enabled_events: v.optional(enabledEvents),
  disabled: v.optional(param.boolean),
  description: v.optional(description),
  metadata: v.optional(param.metadata),
});

/** https://docs.stripe.com/api/webhook_endpoints/update */
export const updateWebhookEndpoint: Handler = ({ params, path, scope }, simulator) => {
  const endpoint = getOrThrow(simulator, "webhook_endpoint", scope, path("id"));
  const { disabled, ...wanted } = parse(UpdateParams, params);
  const status = disabled === undefined ? endpoint.status : disabled ? "disabled" : "enabled";
  return presentEndpoint(
    simulator.store.update("webhook_endpoint", {
      ...endpoint,
      status,
      url: wanted.url ?? endpoint.url,
      enabled_events: wanted.enabled_events ?? endpoint.enabled_events,
      description: wanted.description === undefined ? endpoint.description : wanted.description || null,
      metadata: wanted.metadata ? mergeMetadata(endpoint.metadata, wanted.metadata) : endpoint.metadata,
    }),
  );
};

export const deleteWebhookEndpoint: Handler = ({ params, path, scope }, simulator) => {
  assertNoParams(params);
  const { id } = getOrThrow(simulator, "webhook_endpoint", scope, path("id"));
  simulator.store.remove(id);
  cancelDeliveriesTo(simulator, id);
  return { id, object: "webhook_endpoint", deleted: true };
};

const presentEndpoint = ({ secret, connect, ...endpoint }: StoredEndpoint): Stripe.WebhookEndpoint =>
  endpoint;

import Stripe from "stripe";
import { iso, now } from "../clock.ts";
import { stripeRequestFailed } from "../errors.ts";
import { mask } from "../secrets/mask.ts";
import { handledTypes } from "../stripe_events/registry.ts";
import { spaceForwardUrl } from "../urls.ts";
import type { Registered } from "./registered_endpoints.ts";

/** Of one account and mode (Stripe docs, "Register your webhook endpoint"). */
const MAX_ENDPOINTS = 16;

export async function listEndpoints(stripe: Stripe): Promise<Stripe.WebhookEndpoint[]> {
  return await stripe.webhookEndpoints.list({ limit: 100 }).autoPagingToArray({ limit: 1_000 });
}

/** Its secret is shown this once. @throws {StripeRequestFailed} `too_many_endpoints` */
export async function createEndpoint(
  stripe: Stripe,
  space: string,
  account: string,
  connect: boolean,
): Promise<Registered["endpoints"][number]> {
  if ((await listEndpoints(stripe)).length >= MAX_ENDPOINTS)
    throw stripeRequestFailed("too_many_endpoints", MAX_ENDPOINTS);
  const registered_at = iso(now());
  const { id, secret } = await stripe.webhookEndpoints.create({
    url: spaceForwardUrl(space),
    connect,
    enabled_events: handledTypes,
    api_version: Stripe.API_VERSION,
    description: `Convene, Space ${space}: ${connect ? "connected accounts" : "platform"}`,
    metadata: { space, connect: String(connect) },
  });
  if (!secret) throw new Error("Stripe told no secret of a new webhook endpoint");
  return { id, connect, account, secret: mask(secret), registered_at, whsec: secret };
}

/** Whether an endpoint at Stripe needs nothing to be as it should. */
export const isUpToDate = (endpoint: Stripe.WebhookEndpoint, space: string): boolean =>
  endpoint.status === "enabled" && endpoint.url === spaceForwardUrl(space) && subscribesToAll(endpoint);

const subscribesToAll = ({ enabled_events: heard }: Stripe.WebhookEndpoint): boolean =>
  heard.length === handledTypes.length && handledTypes.every((type) => heard.includes(type));

/** Gone already is as good. */
export async function deleteEndpoint(stripe: Stripe, id: string): Promise<void> {
  try {
    await stripe.webhookEndpoints.del(id);
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError) || error.code !== "resource_missing") throw error;
  }
}

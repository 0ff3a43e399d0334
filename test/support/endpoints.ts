import type Stripe from "stripe";
import { stripeClient } from "../../lib/stripe_client.ts";
import { spaceForwardUrl } from "../../lib/urls.ts";
import type { TestSpace } from "./spaces.ts";

/** The Space's webhook endpoints at Stripe, the oldest first. */
export async function endpointsAtStripe({
  space,
  stripeSecretKey,
}: TestSpace): Promise<Stripe.WebhookEndpoint[]> {
  const { data } = await stripeClient(stripeSecretKey).webhookEndpoints.list({ limit: 100 });
  return data.filter(({ url }) => url === spaceForwardUrl(space)).toReversed();
}

/** Of which two there should be: their ids, and for whom each is, by what we wrote on it. */
export const kindsAtStripe = async (space: TestSpace): Promise<(string | undefined)[]> =>
  (await endpointsAtStripe(space)).map(({ metadata }) => metadata.connect).sort();

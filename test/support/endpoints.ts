import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type Stripe from "stripe";
import { configuration } from "../../lib/configuration.ts";
import { dynamodb } from "../../lib/dynamodb/client.ts";
import { spaceRowKey } from "../../lib/dynamodb/keys.ts";
import { stripeClient } from "../../lib/stripe_client.ts";
import { findRegistered } from "../../lib/stripe_webhook_endpoints/registered_endpoints.ts";
import { removeEndpoints } from "../../lib/stripe_webhook_endpoints/remove_endpoints.ts";
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

/** How long Stripe tries to deliver, in ms. */
export const TRIED_FOR_MS = 3 * 24 * 60 * 60_000;

/** Lets time pass for the Space's endpoints: since they were registered, and since they were retired. */
export async function ageEndpoints({ space }: Pick<TestSpace, "space">, ms: number): Promise<void> {
  const { endpoints } = await findRegistered(space);
  const before = (at: string): string => new Date(Date.parse(at) - ms).toISOString();
  const older = endpoints.map((endpoint) => ({
    ...endpoint,
    registered_at: before(endpoint.registered_at),
    ...(endpoint.retired_at && { retired_at: before(endpoint.retired_at) }),
  }));
  await dynamodb.send(
    new UpdateCommand({
      TableName: configuration.settingsTable,
      Key: spaceRowKey(space),
      UpdateExpression: "SET stripe_webhook_endpoint = :older",
      ExpressionAttributeValues: { ":older": older },
    }),
  );
}

/** The Space as it is before anything was connected. */
export async function withoutEndpoints(space: Pick<TestSpace, "space">): Promise<void> {
  await removeEndpoints(space.space);
  await ageEndpoints(space, TRIED_FOR_MS);
  await removeEndpoints(space.space);
}

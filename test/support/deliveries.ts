import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { handler } from "../../functions/stripe_events/receive.ts";
import { limitConcurrency } from "../../lib/async/limit_concurrency.ts";
import { parseEvent } from "../../lib/stripe_events/incoming_event.ts";
import { storeEvent } from "../../lib/stripe_events/store_event.ts";
import { verifiedWith } from "../../lib/stripe_events/stored_event.ts";
import { anEvent, sign } from "./events.ts";
import { aRequest } from "./requests.ts";
import type { TestSpace } from "./spaces.ts";

type DeliveryFacts = {
  space: string;
  room?: string;
  marketplace?: string;
  body: string | Buffer;
  signature?: string | undefined;
};

/** Posts a body to a webhook URL of the function, as API Gateway would hand it over: bytes that are no text as base64. */
export async function post({
  body,
  signature,
  ...path
}: DeliveryFacts): Promise<APIGatewayProxyStructuredResultV2> {
  const isBase64Encoded = typeof body !== "string";
  return await handler(
    aRequest({
      method: "POST",
      path,
      headers: { "content-type": "application/json", ...(signature && { "stripe-signature": signature }) },
      body: isBase64Encoded ? body.toString("base64") : body,
      isBase64Encoded,
    }),
  );
}

/** Stores so many events of no Marketplace's, as receiving does, and faster than by posting each. */
export async function storeMany({ space }: { space: string }, count: number): Promise<void> {
  const inTurn = limitConcurrency(25);
  await Promise.all(
    Array.from({ length: count }, () =>
      inTurn(async () => {
        const body = Buffer.from(anEvent().body);
        const event = parseEvent(body);
        if (event) await storeEvent(space, event, body, verifiedWith(undefined, "whsec_…4242"));
      }),
    ),
  );
}

/** Posts a body to the Space's first Marketplace, signed with that Marketplace's secret. */
export const deliver = ({ space, first }: TestSpace, body: string | Buffer, secret = first.webhookSecret) =>
  post({ space, room: first.room, marketplace: first.marketplace, body, signature: sign(body, secret) });

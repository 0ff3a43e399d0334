import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { handler } from "../../functions/stripe_events/receive.ts";
import { sign } from "./events.ts";
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

/** Posts a body to the Space's first Marketplace, signed with that Marketplace's secret. */
export const deliver = ({ space, first }: TestSpace, body: string | Buffer, secret = first.webhookSecret) =>
  post({ space, room: first.room, marketplace: first.marketplace, body, signature: sign(body, secret) });

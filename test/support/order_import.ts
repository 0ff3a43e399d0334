import { randomUUID } from "node:crypto";
import type Stripe from "stripe";
import { handler } from "../../functions/orders/create.ts";
import { stripeClient } from "../../lib/stripe_client.ts";
import { placeOf } from "./checkouts.ts";
import { answerOf, aRequest, bearer } from "./requests.ts";
import type { TestSpace } from "./spaces.ts";

/** What of a session from elsewhere is the products', the delivery's and the taxes': 1,890 in all. */
export const AMOUNTS = { product_total: 1_300, delivery_amount: 500, tax_amount: 90 };

/** A Checkout Session as Convene's own code makes it: what it pays is known by the intent's `transfer_group` only. */
export async function aSessionFromElsewhere(
  { stripeSecretKey }: Pick<TestSpace, "stripeSecretKey">,
  metadata: Record<string, string> = {},
): Promise<Stripe.Checkout.Session> {
  const order = randomUUID();
  const line = (name: string, unit_amount: number, quantity: number) => ({
    quantity,
    price_data: { currency: "USD", unit_amount, product_data: { name } },
  });
  return await stripeClient(stripeSecretKey).checkout.sessions.create({
    mode: "payment",
    line_items: [line("Sourdough bread", 650, 2), line("Delivery", 500, 1), line("Taxes", 90, 1)],
    success_url: `https://convene.example/orders/${order}?stripe_session_id={CHECKOUT_SESSION_ID}`,
    cancel_url: "https://convene.example/rooms/store",
    payment_intent_data: { transfer_group: order },
    metadata,
  });
}

/** The request that carries a session over, to the Space's first Marketplace unless told another. */
export const carryOverRequest = (
  space: TestSpace,
  body: unknown,
  { marketplace }: { marketplace?: TestSpace["first"] } = {},
) =>
  aRequest({
    method: "POST",
    path: placeOf(space, marketplace),
    headers: bearer(space.apiKey),
    body: JSON.stringify(body),
  });

export const carryOver = async (...sent: Parameters<typeof carryOverRequest>) =>
  answerOf(await handler(carryOverRequest(...sent)));

/** The session as it is at Stripe, with its payment intent. */
export const sessionAtStripe = ({ stripeSecretKey }: TestSpace, id: string) =>
  stripeClient(stripeSecretKey).checkout.sessions.retrieve(id, { expand: ["payment_intent"] });

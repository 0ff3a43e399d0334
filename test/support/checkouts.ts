import type * as v from "valibot";
import { handler } from "../../functions/checkouts/create.ts";
import type { CheckoutRequest } from "../../lib/checkouts/checkout_request.ts";
import { answerOf, aRequest, bearer } from "./requests.ts";
import type { TestSpace } from "./spaces.ts";

type Checkout = v.InferInput<typeof CheckoutRequest>;

/** What a shop sends: products for 5,000, delivery for 500 and taxes of 350, in all 5,850. */
export const aCheckout = (changes: Partial<Checkout> = {}): Checkout => ({
  line_items: [
    { name: "Sourdough loaf", unit_amount: 1_200, quantity: 3 },
    { name: "Rye loaf", unit_amount: 1_400, quantity: 1 },
  ],
  delivery_amount: 500,
  tax_amount: 350,
  currency: "usd",
  success_url: "https://shop.example/thanks",
  cancel_url: "https://shop.example/cart",
  ...changes,
});

/** The path of a Space's first Marketplace, unless told another. */
export const placeOf = (
  { space, first }: TestSpace,
  { room, marketplace }: { room: string; marketplace: string } = first,
) => ({ space, room, marketplace });

/** Posts a checkout, to the Space's first Marketplace unless told another. */
export async function checkOut(
  space: TestSpace,
  {
    body = aCheckout(),
    idempotencyKey,
    marketplace,
  }: { body?: unknown; idempotencyKey?: string; marketplace?: TestSpace["first"] } = {},
) {
  const request = aRequest({
    method: "POST",
    path: placeOf(space, marketplace),
    headers: {
      ...bearer(space.apiKey),
      ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
    },
    body: JSON.stringify(body),
  });
  return answerOf(await handler(request));
}

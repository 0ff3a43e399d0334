import Stripe from "stripe";
import { HttpError, httpError, Unavailable } from "../errors.ts";
import { intentMetadata } from "../orders/intent_metadata.ts";
import type { Order } from "../orders/order.ts";
import { cachedPlatform, forgetPlatform, NoApiToken } from "../utilities/platform.ts";
import type { CheckoutRequest } from "./checkout_request.ts";

type CreatedSession = Pick<Stripe.Checkout.Session, "id" | "created" | "livemode"> & { url: string };

/** What its session must know of an Order that is being placed. */
export type NewOrder = Omit<Order, "status" | "livemode" | "checkout_session" | "checkout_url" | "placed_at">;

/**
 * Creates the Order's Checkout Session at Stripe; its `metadata` leads its events back to the Order. Adaptive pricing is
 * off: a buyer who pays in another currency would pay amounts that are not the Order's.
 * @throws {ValidationError} for what Stripe does not accept, {HttpError} 409 without a key, or for a refused one,
 *   {Unavailable} where Stripe does not answer.
 */
export async function createSession(order: NewOrder, request: CheckoutRequest): Promise<CreatedSession> {
  const { space } = order;
  try {
    const { stripe } = await cachedPlatform(space);
    const { id, created, livemode, url } = await stripe.checkout.sessions.create({
      mode: "payment",
      line_items: linesOf(request),
      client_reference_id: order.id,
      metadata: { order: order.id, marketplace: order.marketplace },
      payment_intent_data: { transfer_group: order.id, metadata: intentMetadata(order) },
      adaptive_pricing: { enabled: false },
      success_url: request.success_url,
      ...(request.cancel_url && { cancel_url: request.cancel_url }),
      ...(request.customer_email && { customer_email: request.customer_email }),
    });
    if (!url) throw new Unavailable("Stripe gave no address to pay at. Try again in a moment.");
    return { id, created, livemode, url };
  } catch (error) {
    throw asHttpError(error, space, request);
  }
}

function linesOf({ line_items, delivery_amount, tax_amount, currency }: CheckoutRequest) {
  const line = (name: string, unit_amount: number, quantity: number) => ({
    price_data: { currency, unit_amount, product_data: { name } },
    quantity,
  });
  return [
    ...line_items.map(({ name, unit_amount, quantity }) => line(name, unit_amount, quantity)),
    ...(delivery_amount > 0 ? [line("Delivery", delivery_amount, 1)] : []),
    ...(tax_amount > 0 ? [line("Taxes", tax_amount, 1)] : []),
  ];
}

function asHttpError(error: unknown, space: string, request: CheckoutRequest): unknown {
  if (error instanceof NoApiToken) return httpError("no_api_token");
  if (
    error instanceof Stripe.errors.StripeAuthenticationError ||
    error instanceof Stripe.errors.StripePermissionError
  ) {
    forgetPlatform(space);
    return httpError("stripe_key_refused");
  }
  // The request is the caller's own, so Stripe's words about it are for the caller.
  if (error instanceof Stripe.errors.StripeInvalidRequestError)
    return new HttpError("refused_by_stripe", `${fieldOf(error.param ?? "", request)}: ${error.message}`, {
      stripeCode: error.code,
    });
  if (error instanceof Stripe.errors.StripeError)
    return new HttpError(
      "stripe_unavailable",
      "Stripe does not answer. Try again in a moment, with the same Idempotency-Key.",
      { cause: error },
    );
  return error;
}

/** Stripe's `line_items[0][price_data][unit_amount]` is our `line_items[0].unit_amount`, and the lines after ours have fields of their own. */
function fieldOf(param: string, { line_items, delivery_amount }: CheckoutRequest): string {
  const [, index, rest = ""] = /^line_items\[(\d+)\](.*)$/.exec(param) ?? [];
  if (index === undefined) return param || "line_items";
  if (rest.endsWith("[currency]")) return "currency";
  if (Number(index) >= line_items.length)
    return Number(index) === line_items.length && delivery_amount > 0 ? "delivery_amount" : "tax_amount";
  const [field] = /[a-z_]+(?=\]$)/.exec(rest) ?? [];
  return field ? `line_items[${index}].${field}` : `line_items[${index}]`;
}

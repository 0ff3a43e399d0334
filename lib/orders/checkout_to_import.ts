import Stripe from "stripe";
import { httpError, ValidationError } from "../errors.ts";
import { modeOf } from "../utilities/api_token.ts";
import type { Platform } from "../utilities/platform.ts";
import type { ImportOrderRequest } from "./import_order_request.ts";
import type { Order } from "./order.ts";

/** What Stripe takes of the buyer, as the request divides it. */
export type Amounts = Pick<
  Order,
  "currency" | "amount_total" | "product_total" | "delivery_amount" | "tax_amount"
>;

/**
 * The Checkout Session as it is at Stripe, with its payment intent; and the proof that the request is of it.
 * @throws {ValidationError} naming the field, {HttpError} 404
 */
export async function checkoutToImport(
  { stripe, livemode }: Platform,
  request: ImportOrderRequest,
): Promise<{ session: Stripe.Checkout.Session; amounts: Amounts }> {
  assertMode(request.checkout_session, livemode);
  const session = await retrieve(stripe, request.checkout_session);
  return { session, amounts: amountsOf(session, request) };
}

/** Stripe does not find what is of the other mode, which says less than its id does. */
function assertMode(session: string, livemode: boolean): void {
  const isLive = session.startsWith("cs_live_");
  if (isLive !== livemode)
    throw new ValidationError({
      checkout_session: `is of ${modeOf(isLive)} mode, and this Space's key of ${modeOf(livemode)} mode`,
    });
}

async function retrieve(stripe: Stripe, id: string): Promise<Stripe.Checkout.Session> {
  try {
    return await stripe.checkout.sessions.retrieve(id, { expand: ["payment_intent"] });
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError && error.code === "resource_missing")
      throw httpError("no_such_checkout_session", id);
    throw error;
  }
}

function amountsOf(
  { mode, currency, amount_total }: Stripe.Checkout.Session,
  { product_total, delivery_amount, tax_amount }: ImportOrderRequest,
): Amounts {
  if (mode !== "payment" || currency === null || amount_total === null)
    throw new ValidationError({
      checkout_session: `is one of mode \`${mode}\`; an Order is paid by one of mode \`payment\``,
    });
  const sum = product_total + delivery_amount + tax_amount;
  if (sum !== amount_total)
    throw new ValidationError({
      product_total: `comes with delivery_amount and tax_amount to ${sum}, but the Checkout Session to ${amount_total}`,
    });
  return { currency, amount_total, product_total, delivery_amount, tax_amount };
}

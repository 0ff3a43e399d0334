import type Stripe from "stripe";
import { type Buyers, buyerOf } from "../buyers/buyers.ts";
import { isEmail } from "../ids.ts";
import type { OrderState } from "./move_order.ts";
import type { Order, OrderStatus } from "./order.ts";

/** Where an Order stands, by its session with the payment intent expanded (Stripe docs, "Fulfill orders"). */
export function orderState(
  session: Stripe.Checkout.Session,
  buyers: Buyers,
  { placed_at }: Pick<Order, "placed_at">,
): Pick<OrderState, "status" | "payment_intent" | "buyer" | "detail"> {
  const intent = paymentIntentOf(session);
  const status = statusOf(session, intent);
  const detail =
    session.payment_status === "no_payment_required" && status === "paid"
      ? "There was nothing to pay."
      : DETAILS[status];
  return { status, payment_intent: intent?.id, buyer: buyerOf(buyers, emailOf(session), placed_at), detail };
}

/** The address that the buyer gave Stripe; what is none that we could mail to, such as one with letters beyond ASCII, is left out. */
function emailOf({ customer_details }: Stripe.Checkout.Session): string | undefined {
  const email = customer_details?.email ?? "";
  return isEmail(email) ? email : undefined;
}

/** Undefined until the buyer first tries to pay. */
export function paymentIntentOf({
  payment_intent,
}: Stripe.Checkout.Session): Stripe.PaymentIntent | undefined {
  return typeof payment_intent === "object" && payment_intent !== null ? payment_intent : undefined;
}

function statusOf(session: Stripe.Checkout.Session, intent: Stripe.PaymentIntent | undefined): OrderStatus {
  if (session.status === "expired") return "expired";
  if (session.status !== "complete") return "open";
  if (session.payment_status !== "unpaid") return "paid";
  // A bank's refusal leaves the session complete and unpaid for good, its intent asking for another method.
  return intent?.status === "requires_payment_method" || intent?.status === "canceled"
    ? "payment_failed"
    : "awaiting_payment";
}

const DETAILS: Record<OrderStatus, string> = {
  open: "The buyer has not paid yet.",
  awaiting_payment: "The buyer is done; the bank has yet to pay.",
  payment_failed: "The bank did not pay.",
  expired: "The Checkout Session expired unpaid.",
  paid: "Stripe has the money.",
};

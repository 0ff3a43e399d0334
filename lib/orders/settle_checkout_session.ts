import type Stripe from "stripe";
import { fromSeconds, iso } from "../clock.ts";
import type { HandledEvent, HandlerContext } from "../stripe_events/handler.ts";
import { type HandlerResult, ignored, succeeded } from "../stripe_events/outcome.ts";
import type { OrderStatus } from "./order.ts";
import { orderOf } from "./order_of.ts";
import { settle } from "./settle.ts";

/** For every event of a Checkout Session: re-fetch it, prove whose Order it pays, bring the Order to where it stands. */
export async function settleCheckoutSession(
  event: HandledEvent,
  { stripe }: HandlerContext,
): Promise<HandlerResult> {
  if (event.account)
    return ignored("a Checkout Session of a connected account; Orders are paid to the platform");
  const session = await stripe.checkout.sessions.retrieve(event.data.object.id, {
    expand: ["payment_intent"],
  });
  const order = await orderOf(session, event.space);
  if (!order) return ignored("this Checkout Session pays no Order of this Space");
  const intent = paymentIntentOf(session);
  const status = statusOf(session, intent);
  const moved = await settle(order, {
    status,
    payment_intent: intent?.id,
    cause: event.id,
    at: iso(fromSeconds(event.created)),
    detail: DETAILS[status],
  });
  const told = moved ? `is ${status} now` : `was at ${status} or past it already`;
  return succeeded(`Order ${order.id} ${told}`, order.marketplace);
}

/** Where an Order stands, by its session (Stripe docs, "Fulfill orders"). */
function statusOf(session: Stripe.Checkout.Session, intent: Stripe.PaymentIntent | undefined): OrderStatus {
  if (session.status === "expired") return "expired";
  if (session.status !== "complete") return "open";
  if (session.payment_status !== "unpaid") return "paid";
  // A bank's refusal leaves the session complete and unpaid for good, its intent asking for another method.
  return intent?.status === "requires_payment_method" || intent?.status === "canceled"
    ? "payment_failed"
    : "awaiting_payment";
}

function paymentIntentOf({ payment_intent }: Stripe.Checkout.Session): Stripe.PaymentIntent | undefined {
  return typeof payment_intent === "object" && payment_intent !== null ? payment_intent : undefined;
}

const DETAILS: Record<OrderStatus, string> = {
  open: "The buyer has not paid yet.",
  awaiting_payment: "The buyer is done; the bank has yet to pay.",
  payment_failed: "The bank did not pay.",
  expired: "The Checkout Session expired unpaid.",
  paid: "Stripe has the money.",
};

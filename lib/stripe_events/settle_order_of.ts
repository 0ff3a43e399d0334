import type Stripe from "stripe";
import { settle, settledWords } from "../money/settle.ts";
import { findOrderOfIntent } from "../orders/find_order_of_intent.ts";
import type { Order } from "../orders/order.ts";
import type { HandledEvent } from "./handler.ts";
import { type HandlerResult, ignored, succeeded } from "./outcome.ts";

/** What names the payment that it is about: a charge, a refund, a dispute. */
export type AboutPayment = { payment_intent: string | Stripe.PaymentIntent | null };

/**
 * For every event that says something of a payment: whatever it was, the Order's money is looked at, and brought to where
 * it should be. Which of them came, how often and in which order is all the same.
 * @param read fetches the event's object
 */
export async function settlePaymentOf(
  event: HandledEvent,
  read: (id: string) => Promise<AboutPayment>,
): Promise<HandlerResult> {
  const found = await orderOfPayment(event, read);
  return "outcome" in found ? found : await settleOrder(found);
}

/** The Order whose payment an event is about, or why it is about none. */
export async function orderOfPayment(
  event: HandledEvent,
  read: (id: string) => Promise<AboutPayment>,
): Promise<Order | HandlerResult> {
  if (event.account) return ignored("a payment to a connected account; Orders are paid to the platform");
  const { payment_intent } = await read(event.data.object.id);
  const intent = typeof payment_intent === "string" ? payment_intent : payment_intent?.id;
  const order = intent && (await findOrderOfIntent(intent, event.space));
  return order || ignored("it is about no Order of this Space");
}

export async function settleOrder(order: Order): Promise<HandlerResult> {
  if (order.status !== "paid")
    return succeeded(`Order ${order.id} is ${order.status}`, order.marketplace, order.id);
  return succeeded(`Order ${order.id}. ${settledWords(await settle(order))}`, order.marketplace, order.id);
}

import type Stripe from "stripe";
import { fromSeconds, iso } from "../clock.ts";
import { INTENT_EXPAND } from "../money/read_facts.ts";
import { settle, settledWords } from "../money/settle.ts";
import { moveOrder } from "../orders/move_order.ts";
import type { Order, OrderStatus } from "../orders/order.ts";
import { orderState, paymentIntentOf } from "../orders/order_state.ts";
import type { HandledEvent, HandlerContext } from "./handler.ts";
import { orderOf } from "./order_of.ts";
import { type HandlerResult, ignored, succeeded } from "./outcome.ts";

/** For every event of a Checkout Session. */
export async function followCheckoutSession(
  event: HandledEvent,
  { stripe }: HandlerContext,
): Promise<HandlerResult> {
  if (event.account)
    return ignored("a Checkout Session of a connected account; Orders are paid to the platform");
  const told = { cause: event.id, at: iso(fromSeconds(event.created)) };
  const followed = await followSession(stripe, event.data.object.id, event.space, told);
  if (!followed) return ignored("this Checkout Session pays no Order of this Space");
  const { order, status, moved, intent } = followed;
  const how = moved ? `is ${status} now` : `was at ${status} or past it already`;
  const share = status === "paid" ? `. ${settledWords(await settle(order, intent))}` : "";
  return succeeded(`Order ${order.id} ${how}${share}`, order.marketplace, order.id);
}

/** An Order, where its session says it stands, whether it was moved there now, and the session's intent as read. */
type Followed = {
  order: Order;
  status: OrderStatus;
  moved: boolean;
  intent: Stripe.PaymentIntent | undefined;
};

/**
 * Re-fetches a session, proves whose Order it pays, and brings the Order to where it stands. Undefined where it pays none of
 * this Space's.
 * @throws {NonRetryableError} where the session claims an Order that it does not fit; what Stripe's SDK throws
 */
export async function followSession(
  stripe: Stripe,
  id: string,
  space: string,
  told: { cause: string; at: string },
): Promise<Followed | undefined> {
  const session = await stripe.checkout.sessions.retrieve(id, {
    expand: INTENT_EXPAND.map((path) => `payment_intent.${path}`),
  });
  const order = await orderOf(session, space);
  if (!order) return undefined;
  const standing = orderState(session);
  const moved = await moveOrder(order, { ...standing, ...told });
  return { order, status: standing.status, moved, intent: paymentIntentOf(session) };
}

import type Stripe from "stripe";
import { fromSeconds, iso } from "../clock.ts";
import { moveOrder } from "../orders/move_order.ts";
import type { Order, OrderStatus } from "../orders/order.ts";
import { orderState } from "../orders/order_state.ts";
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
  const { order, status, moved } = followed;
  const how = moved ? `is ${status} now` : `was at ${status} or past it already`;
  return succeeded(`Order ${order.id} ${how}`, order.marketplace, order.id);
}

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
): Promise<{ order: Order; status: OrderStatus; moved: boolean } | undefined> {
  const session = await stripe.checkout.sessions.retrieve(id, { expand: ["payment_intent"] });
  const order = await orderOf(session, space);
  if (!order) return undefined;
  const standing = orderState(session);
  return { order, status: standing.status, moved: await moveOrder(order, { ...standing, ...told }) };
}

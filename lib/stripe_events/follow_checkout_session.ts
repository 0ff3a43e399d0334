import { fromSeconds, iso } from "../clock.ts";
import { moveOrder } from "../orders/move_order.ts";
import { orderState } from "../orders/order_state.ts";
import type { HandledEvent, HandlerContext } from "./handler.ts";
import { orderOf } from "./order_of.ts";
import { type HandlerResult, ignored, succeeded } from "./outcome.ts";

/** For every event of a Checkout Session: re-fetch it, prove whose Order it pays, bring the Order to where it stands. */
export async function followCheckoutSession(
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
  const standing = orderState(session);
  const moved = await moveOrder(order, {
    ...standing,
    cause: event.id,
    at: iso(fromSeconds(event.created)),
  });
  const told = moved ? `is ${standing.status} now` : `was at ${standing.status} or past it already`;
  return succeeded(`Order ${order.id} ${told}`, order.marketplace, order.id);
}

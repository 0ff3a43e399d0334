import type Stripe from "stripe";
import { fromSeconds, iso } from "../clock.ts";
import { INTENT_EXPAND } from "../money/read_facts.ts";
import { settle, settledWords, settleLeased } from "../money/settle.ts";
import { moveAndLease, movedBy } from "../orders/move_order.ts";
import type { Order } from "../orders/order.ts";
import { orderState, paymentIntentOf } from "../orders/order_state.ts";
import { alreadyWords, STATUS_WORDS } from "../orders/status_words.ts";
import type { HandledEvent, HandlerContext } from "./handler.ts";
import { orderOf } from "./order_of.ts";
import { type HandlerResult, ignored, succeeded } from "./outcome.ts";

/** For every event of a Checkout Session. */
export async function followCheckoutSession(
  event: HandledEvent,
  context: HandlerContext,
): Promise<HandlerResult> {
  if (event.account)
    return ignored("a Checkout Session of a connected account; Orders are paid to the platform");
  const session = await readSession(context, event.data.object.id, event.space);
  if (!session) return ignored("this Checkout Session pays no Order of this Space");
  const { order, state, intent } = session;
  const told = { cause: event.id, at: iso(fromSeconds(event.created)) };
  const { moved, leased } = await moveAndLease(order, { ...state, ...told });
  const { status } = movedBy(order, state) ?? order;
  const detail = `Order ${order.id} ${moved ? `is ${STATUS_WORDS[status]} now` : `was ${alreadyWords(status)}`}`;
  if (state.status !== "paid") return succeeded(detail, order.marketplace, order.id);
  const settled = leased ? await settleLeased(leased, { read: intent }) : await settle(order, intent);
  return succeeded(`${detail}. ${settledWords(settled)}`, order.marketplace, order.id);
}

/** An Order, where its session says it stands, and the session's intent as read. */
type SessionOfOrder = {
  order: Order;
  state: ReturnType<typeof orderState>;
  intent: Stripe.PaymentIntent | undefined;
};

/**
 * Re-fetches a session, and proves whose Order it pays. Undefined where it pays none of this Space's.
 * @throws {NonRetryableError} where the session claims an Order that it does not fit; what Stripe's SDK throws
 */
export async function readSession(
  { stripe, buyers }: HandlerContext,
  id: string,
  space: string,
): Promise<SessionOfOrder | undefined> {
  const session = await stripe.checkout.sessions.retrieve(id, {
    expand: INTENT_EXPAND.map((path) => `payment_intent.${path}`),
  });
  const order = await orderOf(session, space);
  return order && { order, state: orderState(session, buyers, order), intent: paymentIntentOf(session) };
}

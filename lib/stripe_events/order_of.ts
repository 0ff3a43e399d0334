import type Stripe from "stripe";
import { isUlid, isUuid } from "../ids.ts";
import { findOrder } from "../orders/find_order.ts";
import type { Order } from "../orders/order.ts";
import { NonRetryableError } from "./outcome.ts";

/**
 * The Order of this Space that a Checkout Session pays, proved by our own record of it:
 * metadata only says where to look. Undefined where the session is none of this Space's.
 * @throws {NonRetryableError} where the session claims an Order that it does not fit.
 */
export async function orderOf(session: Stripe.Checkout.Session, space: string): Promise<Order | undefined> {
  const { order: id = "", marketplace = "" } = session.metadata ?? {};
  if (!isUlid(id) || !isUuid(marketplace)) return undefined;
  const order = await findOrder(marketplace, id);
  if (order?.space !== space) return undefined;
  if (session.id !== order.checkout_session && !isPaidOrPromised(session)) return undefined;
  const wrong = mismatch(session, order);
  if (wrong)
    throw new NonRetryableError(`${session.id} claims Order ${id}, but ${wrong}`, {
      code: "order_mismatch",
      marketplace,
    });
  return order;
}

/** A checkout that was cut off leaves a session that nobody can pay; when it expires, that is nobody's business. */
const isPaidOrPromised = ({ status, payment_status }: Stripe.Checkout.Session): boolean =>
  status === "complete" || payment_status === "paid";

function mismatch(session: Stripe.Checkout.Session, order: Order): string | undefined {
  if (session.id !== order.checkout_session)
    return `that Order's Checkout Session is ${order.checkout_session}`;
  if (session.livemode !== order.livemode) return "it is of the other mode";
  if (session.currency !== order.currency)
    return `the currency is ${session.currency}, not ${order.currency}`;
  if (session.amount_total !== order.amount_total)
    return `the amount is ${session.amount_total}, not ${order.amount_total}`;
  return undefined;
}

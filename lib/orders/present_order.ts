import { findOrder } from "./find_order.ts";
import type { Order } from "./order.ts";
import { timelineOf } from "./timeline_of.ts";

/** An Order as programs see it. Amounts are integers in the currency's smallest unit, times ISO 8601. */
export async function presentOrder(order: Order) {
  const timeline = await timelineOf(order);
  // The two are read one after the other: where the Order has moved in between, it is read again.
  const isCurrent = order.status === "open" ? timeline.length <= 1 : timeline.at(-1)?.entry === order.status;
  const current = isCurrent ? order : ((await findOrder(order.marketplace, order.id)) ?? order);
  return {
    id: current.id,
    marketplace: current.marketplace,
    status: current.status,
    currency: current.currency,
    amount_total: current.amount_total,
    product_total: current.product_total,
    checkout_session: current.checkout_session,
    payment_intent: current.payment_intent ?? null,
    placed_at: current.placed_at,
    lines: current.lines ?? null,
    buyer_email: current.buyer_email ?? null,
    timeline: timeline.map(({ at, entry, detail }) => ({ at, entry, detail })),
  };
}

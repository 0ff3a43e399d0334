import type { Order } from "./order.ts";
import { timelineOf } from "./timeline_of.ts";

/** An Order as programs see it. Amounts are integers in the currency's smallest unit, times ISO 8601. */
export const presentOrder = async (order: Order) => ({
  id: order.id,
  marketplace: order.marketplace,
  status: order.status,
  currency: order.currency,
  amount_total: order.amount_total,
  product_total: order.product_total,
  checkout_session: order.checkout_session,
  payment_intent: order.payment_intent ?? null,
  placed_at: order.placed_at,
  timeline: (await timelineOf(order)).map(({ at, entry, detail }) => ({ at, entry, detail })),
});

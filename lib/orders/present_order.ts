import { findOrder } from "./find_order.ts";
import { movementsOf } from "./movement.ts";
import { ORDER_STATUSES, type Order } from "./order.ts";
import { splitOf } from "./split.ts";
import { timelineOf } from "./timeline_of.ts";
import { timelineTitle } from "./timeline_titles.ts";

/** An Order as programs see it. Amounts are integers in the currency's smallest unit, times ISO 8601. */
export async function presentOrder(order: Order) {
  const [timeline, movements] = await Promise.all([
    timelineOf(order),
    order.movements ? movementsOf(order) : [],
  ]);
  // They are read one after the other: where the Order has moved in between, it is read again.
  const moved = timeline.findLast(({ entry }) => ORDER_STATUSES.some((status) => status === entry));
  const isCurrent = order.status === (moved?.entry ?? "open");
  const current = isCurrent ? order : ((await findOrder(order.marketplace, order.id)) ?? order);
  return {
    ...presentSale(current),
    money: presentMoney(current),
    split: presentSplit(current),
    movements: movements.map(({ kind, amount, currency, state, stripe, because, at }) => ({
      kind,
      amount,
      currency,
      state,
      stripe: stripe ?? null,
      because,
      at,
    })),
    timeline: timeline.map(({ at, entry, detail }) => ({ at, entry, title: timelineTitle(entry), detail })),
  };
}

const presentSale = (order: Order) => ({
  id: order.id,
  marketplace: order.marketplace,
  status: order.status,
  currency: order.currency,
  amount_total: order.amount_total,
  product_total: order.product_total,
  delivery_amount: order.delivery_amount,
  tax_amount: order.tax_amount,
  checkout_session: order.checkout_session,
  payment_intent: order.payment_intent ?? null,
  charge: order.charge ?? null,
  vendor_account: order.vendor_account ?? null,
  placed_at: order.placed_at,
  lines: order.lines ?? null,
  buyer_email: order.buyer_email ?? null,
});

/**
 * What the Order's money comes to; null until Stripe's fee is known. In `currency`, which is the one that the
 * Distributor's account is settled in; `refunded` and `disputed` are in the Order's own.
 */
function presentMoney({ money, decisions }: Order) {
  if (!money) return null;
  const { captured: _captured, others: _others, ...amounts } = money;
  return { ...amounts, written_off: decisions?.written_off ?? 0 };
}

function presentSplit(order: Order) {
  const { status, reason = null, since, detail } = splitOf(order);
  return { status, reason, since, detail };
}

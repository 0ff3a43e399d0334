import type { Order } from "../orders/order.ts";
import { type Money, NO_DECISIONS } from "../orders/split.ts";
import { type ChargeFacts, counts, type DisputeFacts, type Facts, type RefundFacts } from "./facts.ts";

/** What the formulas need of an Order. */
export type Sale = Pick<Order, "amount_total" | "product_total" | "vendor_account" | "money" | "decisions">;

/** {@link Money}, and the one difference there is to make: `short` to send, or `owed` to take back. */
export type Reckoning = Money & { short: number };

/**
 * What the Vendor of an Order should hold, by what Stripe says, and what they hold. The only rounding is down, on what is
 * taken from the Vendor, so it is in the Vendor's favour and less than one unit.
 * @returns undefined while Stripe's fee is not known.
 */
export function reckon(sale: Sale, charge: ChargeFacts, facts: Facts): Reckoning | undefined {
  const settled = charge.settled ?? sale.money;
  if (!settled) return undefined;
  const { currency, gross, fee } = settled;
  const { captured } = charge;
  const share = sale.money?.share ?? shareOf({ products: sale.product_total, captured, gross, fee });

  const refunds = facts.refunds.filter(counts);
  const refunded = sum(refunds, ({ amount }) => amount);
  const disputed = sum(facts.disputes, lostTo) + (charge.failed ? captured : 0);
  const target = share - takenFromShare({ share, captured, products: sale.product_total, refunds, disputed });

  const toVendor = facts.transfers.filter(({ destination }) => destination === sale.vendor_account);
  const sent = sum(toVendor, ({ amount }) => amount);
  const reversed = sum(toVendor, (transfer) => transfer.reversed);
  const net = sent - reversed;
  const all = sum(facts.transfers, (transfer) => transfer.amount - transfer.reversed);
  const { written_off, given_up } = sale.decisions ?? NO_DECISIONS;
  return {
    currency,
    gross,
    fee,
    captured,
    share,
    refunded,
    disputed,
    target,
    sent,
    reversed,
    net,
    owed: Math.max(0, net - target - written_off),
    dispute_fees: sum(facts.disputes, ({ fees }) => fees),
    others: all - net,
    short: Math.max(0, target - net - given_up),
  };
}

/** The Vendor's share of a sale, in the settlement currency: what the products brought, less Stripe's fee on all of it. */
export function shareOf(sale: { products: number; captured: number; gross: number; fee: number }): number {
  if (sale.captured === 0) return 0;
  return Math.max(0, floorDiv(sale.products, sale.gross, sale.captured) - sale.fee);
}

/**
 * How much of the share went with what went back. A refund that says how much of it is for products takes that; what
 * says nothing, and what a bank took, is spread over all that those left. So what is wholly paid back leaves nothing.
 */
export function takenFromShare({
  share,
  captured,
  products,
  refunds,
  disputed,
}: {
  share: number;
  captured: number;
  products: number;
  refunds: Pick<RefundFacts, "amount" | "product_amount">[];
  disputed: number;
}): number {
  if (share === 0 || products === 0) return 0;
  const named = refunds.filter(({ product_amount }) => product_amount !== undefined);
  const namedAmount = Math.min(
    captured,
    sum(named, ({ amount }) => amount),
  );
  // What delivery and taxes cannot have brought is the products', whatever the refund says.
  const beyondDelivery = Math.max(0, namedAmount - (captured - products));
  const namedProducts = clamp(
    sum(named, ({ product_amount = 0 }) => product_amount),
    beyondDelivery,
    Math.min(products, namedAmount),
  );
  const rest = captured - namedAmount;
  const spread = Math.min(
    rest,
    sum(
      refunds.filter(({ product_amount }) => product_amount === undefined),
      ({ amount }) => amount,
    ) + disputed,
  );
  if (rest === 0) return floorDiv(share, namedProducts, products);
  // share × (namedProducts + spread × productsLeft ÷ rest) ÷ products, in one division
  const numerator =
    BigInt(share) *
    (BigInt(namedProducts) * BigInt(rest) + BigInt(spread) * BigInt(products - namedProducts));
  return Number(numerator / (BigInt(products) * BigInt(rest)));
}

/** What of a dispute's amount the bank has, in the Order's currency: all that it took and did not give back. */
export function lostTo({
  amount,
  status,
  withdrawn,
  reinstated,
}: Pick<DisputeFacts, "amount" | "status" | "withdrawn" | "reinstated">): number {
  if (status === "won" || withdrawn <= 0) return 0;
  const kept = BigInt(Math.max(0, withdrawn - reinstated));
  const by = BigInt(withdrawn);
  return Number((BigInt(amount) * kept + by - 1n) / by);
}

/** ⌊a · b ÷ c⌋, exactly: the product of two amounts may be more than a number holds. */
const floorDiv = (a: number, b: number, c: number): number => Number((BigInt(a) * BigInt(b)) / BigInt(c));

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(value, most));

export const sum = <Item>(items: Item[], amountOf: (item: Item) => number): number =>
  items.reduce((all, item) => all + amountOf(item), 0);

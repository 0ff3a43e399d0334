import type { SpaceKind } from "../ledger/fact.ts";
import { CASH_LINES, type CashEntry, type CashLine } from "./distributor_month.ts";
import {
  DUE_LINES,
  differenceOf,
  type Sale,
  VENDOR_LINES,
  type VendorEntry,
  type VendorLine,
} from "./order_month.ts";

/** An Order's part of a month: the Vendor's side in the currency that the sale was settled in, and the Distributor's. */
export type OrderMonth = {
  sale: Sale;
  currency: string;
  vendor: VendorEntry[];
  cash: CashEntry[];
};

/** What a line comes to, of how many Orders. */
export type Sum = { amount: number; orders: number };

/** A month of a connected account, in one currency. The lines come to `difference`, which is nothing where all is explained. */
export type VendorStatement = {
  /** `acct_…`; null of what was sold before an account was connected */
  account: string | null;
  currency: string;
  lines: Record<VendorLine, Sum>;
  due: number;
  difference: number;
};

/** The Distributor's month in one currency. */
export type DistributorStatement = {
  currency: string;
  /** What the Orders brought and cost, at Stripe. */
  lines: Record<CashLine, Sum>;
  due_to_vendors: number;
  written_off: number;
  /** What is the Distributor's of the month: what the Orders brought, less what is due to the Vendors and what they may keep. */
  distributors: number;
  /** What the Vendors have yet to get and to give, and had so before. */
  on_hold: number;
  owed: number;
  from_earlier: number;
  /** What of it nobody can explain. */
  difference: number;
  /** What all Orders changed the balance at Stripe by. */
  from_orders: number;
  /** What did so and is of no Order, by kind. */
  others: Partial<Record<SpaceKind, number>>;
  balance_change: number;
};

/** One for each account and currency that has something in the month. */
export function vendorStatements(orders: readonly OrderMonth[]): VendorStatement[] {
  const groups = Map.groupBy(orders, ({ sale, currency }) => `${sale.vendor_account ?? ""} ${currency}`);
  return [...groups]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([, group]) => {
      const [first] = group;
      return vendorStatement(first?.sale.vendor_account ?? null, first?.currency ?? "", group);
    });
}

/** Of Orders of one account and currency; of none, it is one of zeros. */
export function vendorStatement(
  account: string | null,
  currency: string,
  orders: readonly OrderMonth[],
): VendorStatement {
  const lines = sums(VENDOR_LINES, orders, ({ vendor }) => vendor);
  return {
    account,
    currency,
    lines,
    due: DUE_LINES.reduce((all, line) => all + lines[line].amount, 0),
    difference: orders.reduce((all, { vendor }) => all + differenceOf(vendor), 0),
  };
}

/** One for each currency that has something in the month. @param others what is of no Order that is there */
export function distributorStatements(
  orders: readonly OrderMonth[],
  others: readonly CashEntry[],
): DistributorStatement[] {
  const currencies = new Set([
    ...orders.flatMap(({ currency, cash }) => [currency, ...cash.map((entry) => entry.currency)]),
    ...others.map(({ currency }) => currency),
  ]);
  return [...currencies].sort().map((currency) => distributorStatement(currency, orders, others));
}

export function distributorStatement(
  currency: string,
  orders: readonly OrderMonth[],
  others: readonly CashEntry[],
): DistributorStatement {
  const lines = sums(CASH_LINES, orders, ({ cash }) => cash.filter((entry) => entry.currency === currency));
  const vendors = vendorStatement(
    null,
    currency,
    orders.filter((order) => order.currency === currency),
  );
  const { on_hold, owed, from_earlier, written_off } = vendors.lines;
  const from_orders = CASH_LINES.reduce((all, line) => all + lines[line].amount, 0);
  const moved = lines.sent.amount + lines.taken_back.amount + lines.sent_to_others.amount;
  const distributors = from_orders - moved - vendors.due - written_off.amount;
  const here = others.filter((entry) => entry.currency === currency);
  return {
    currency,
    lines,
    due_to_vendors: vendors.due,
    written_off: written_off.amount,
    distributors,
    on_hold: 0 - on_hold.amount,
    owed: 0 - owed.amount,
    from_earlier: 0 - from_earlier.amount,
    difference: vendors.difference,
    from_orders,
    others: Object.fromEntries(
      [...Map.groupBy(here, ({ line }) => line)].map(([line, entries]) => [line, total(entries)]),
    ),
    balance_change: from_orders + total(here),
  };
}

const total = (entries: readonly { amount: number }[]): number =>
  entries.reduce((all, { amount }) => all + amount, 0);

function sums<Line extends string>(
  lines: readonly Line[],
  orders: readonly OrderMonth[],
  entriesOf: (order: OrderMonth) => readonly { line: string; amount: number }[],
): Record<Line, Sum> {
  const all = new Map<string, Sum>(lines.map((line) => [line, { amount: 0, orders: 0 }]));
  for (const order of orders) {
    const seen = new Set<string>();
    for (const { line, amount } of entriesOf(order)) {
      const sum = all.get(line);
      if (!sum) continue;
      sum.amount += amount;
      if (!seen.has(line)) sum.orders += 1;
      seen.add(line);
    }
  }
  return Object.fromEntries(all) as Record<Line, Sum>;
}

import { type Cell, csv } from "./csv.ts";
import type { CashEntry } from "./distributor_month.ts";
import type { OrderMonth } from "./statement.ts";

const HEADINGS = ["order", "at", "line", "amount", "amount_in_smallest_unit", "currency", "stripe"];

/** A row for each thing that happened to an Order, with its amount signed as in the statement, so that a column adds up. */
export const vendorCsv = (orders: readonly OrderMonth[]): string =>
  csv([
    [...HEADINGS, "account", "why", "of", "of_currency"],
    ...orders.flatMap(({ sale, currency, vendor }) =>
      vendor.map(({ line, amount, at, stripe, why, of }) => [
        ...common(sale.id, { line, amount, at, stripe, currency }),
        sale.vendor_account,
        why,
        of === undefined ? undefined : { amount: of, currency: sale.currency },
        of === undefined ? undefined : sale.currency,
      ]),
    ),
  ]);

/** Every record of Stripe's of the month, in its parts; those of no Order without one. */
export const distributorCsv = (orders: readonly OrderMonth[], others: readonly CashEntry[]): string =>
  csv([
    [...HEADINGS, "marketplace"],
    ...orders.flatMap(({ sale, cash }) => cash.map((entry) => [...common(sale.id, entry), sale.marketplace])),
    ...others.map((entry) => [...common(undefined, entry), undefined]),
  ]);

type Entry = {
  line: string;
  amount: number;
  at?: string | undefined;
  stripe?: string | undefined;
  currency: string;
};

const common = (order: string | undefined, { line, amount, at, stripe, currency }: Entry): Cell[] => [
  order,
  at,
  line,
  { amount, currency },
  amount,
  currency,
  stripe,
];

import * as v from "valibot";
import { iso } from "../clock.ts";
import { Count, IsoTime, listOf } from "../http/answer_fields.ts";
import type { Paginated } from "../http/pagination.ts";
import { SPACE_KINDS } from "../ledger/fact.ts";
import { CASH_LINES } from "./distributor_month.ts";
import type { Month } from "./month.ts";
import { VENDOR_LINES } from "./order_month.ts";
import type { OrderMonth } from "./statement.ts";
import type { StatementLink } from "./statement_links.ts";

/** Signed so that a statement's lines add up; in the smallest unit of its currency. */
const Signed = v.pipe(v.number(), v.integer());
const Sum = v.object({ amount: Signed, orders: v.pipe(Count, v.description("How many Orders it is of.")) });
const Difference = v.pipe(Signed, v.description("What nothing explains; 0 where all is well."));

export const MonthJson = v.object({
  month: v.pipe(v.string(), v.description("In UTC, `2026-11`.")),
  complete: v.pipe(
    v.boolean(),
    v.description("Whether all of Stripe's records of the month are here. Then it does not change."),
  ),
});

const PeriodJson = {
  ...MonthJson.entries,
  from: IsoTime,
  to: v.pipe(IsoTime, v.description("The first moment of the next month.")),
  complete_until: v.pipe(
    v.nullable(IsoTime),
    v.description("Until when Stripe's records are here; null where they were never read."),
  ),
};

export const VendorStatementJson = v.object({
  account: v.pipe(v.nullable(v.string()), v.description("The Vendor's, `acct_…`.")),
  currency: v.string(),
  lines: v.object(v.entriesFromList(VENDOR_LINES, Sum)),
  due: v.pipe(Signed, v.description("What is due to the Vendor of what happened in the month.")),
  difference: Difference,
});

const DistributorStatementJson = v.object({
  currency: v.string(),
  lines: v.object(v.entriesFromList(CASH_LINES, Sum)),
  due_to_vendors: Signed,
  written_off: Signed,
  distributors: v.pipe(Signed, v.description("What is the Distributor's of the month.")),
  on_hold: v.pipe(Signed, v.description("What the Vendors have yet to get, at the month's end.")),
  owed: v.pipe(Signed, v.description("What they have yet to give, below zero.")),
  from_earlier: v.pipe(Signed, v.description("The same of these Orders when the month began, turned round.")),
  difference: Difference,
  from_orders: v.pipe(Signed, v.description("What the Orders changed the balance at Stripe by.")),
  others: v.pipe(
    v.partial(v.object(v.entriesFromList(SPACE_KINDS, Signed))),
    v.description("What changed it and is of no Order, by kind; `unknown` is what somebody should look at."),
  ),
  balance_change: Signed,
});

const OrderEntries = {
  order: v.string(),
  currency: v.string(),
  entries: v.array(
    v.object({
      line: v.string(),
      amount: Signed,
      at: v.pipe(
        v.nullable(IsoTime),
        v.description("When Stripe booked it; of what is open at the month's end, since when."),
      ),
      stripe: v.pipe(v.nullable(v.string()), v.description("`ch_…`, `re_…`, `du_…`, `tr_…`, `trr_…`")),
      why: v.nullable(v.string()),
      of: v.pipe(
        v.nullable(Signed),
        v.description("A refund or dispute as a whole, in the Order's currency."),
      ),
    }),
  ),
};

const LinksJson = v.pipe(
  v.array(v.object({ id: v.string(), made_by: v.string(), expires_at: IsoTime })),
  v.description("The links that show this statement to who has no account."),
);

export type MarketplaceStatementJson = v.InferOutput<typeof MarketplaceStatementJson>;
export const MarketplaceStatementJson = v.object({
  ...PeriodJson,
  marketplace: v.string(),
  name: v.string(),
  statements: v.pipe(
    v.array(VendorStatementJson),
    v.description("One for each account and currency that has something in the month; else one of zeros."),
  ),
  orders: listOf(v.object({ ...OrderEntries, account: v.nullable(v.string()) })),
  links: LinksJson,
});

export type SpaceStatementJson = v.InferOutput<typeof SpaceStatementJson>;
export const SpaceStatementJson = v.object({
  ...PeriodJson,
  space: v.string(),
  name: v.string(),
  statements: v.array(DistributorStatementJson),
  marketplaces: v.array(
    v.object({ marketplace: v.string(), name: v.string(), statements: v.array(VendorStatementJson) }),
  ),
  others: v.pipe(v.array(OrderEntries.entries.item), v.description("Stripe's records that are of no Order.")),
  orders: listOf(v.object({ ...OrderEntries, marketplace: v.string() })),
  links: LinksJson,
});

type Entry = OrderMonth["vendor"][number] | OrderMonth["cash"][number];

export const presentEntry = (entry: Entry) => ({
  line: entry.line,
  amount: entry.amount,
  at: entry.at ?? null,
  stripe: entry.stripe ?? null,
  why: "why" in entry ? (entry.why ?? null) : null,
  of: "of" in entry ? (entry.of ?? null) : null,
});

export const presentPeriod = (month: Month, until: string | undefined) => ({
  month: month.name,
  from: iso(month.from),
  to: iso(month.to),
  complete: isComplete(month, until),
  complete_until: until ?? null,
});

/** Whether all of Stripe's records of the month are in the ledger. @param until what recovery has proved, ISO 8601 */
export const isComplete = ({ to }: Month, until: string | undefined): boolean =>
  until !== undefined && until >= iso(to);

export const presentLinks = (links: readonly StatementLink[]) =>
  links.map(({ id, made_by, expires_at }) => ({ id, made_by, expires_at }));

export const presentVendorOrders = ({ data, next }: Paginated<OrderMonth>) => ({
  data: data.map(({ sale, currency, vendor }) => ({
    order: sale.id,
    account: sale.vendor_account ?? null,
    currency,
    entries: vendor.map(presentEntry),
  })),
  next,
});

export const presentCashOrders = ({ data, next }: Paginated<OrderMonth>) => ({
  data: data.map(({ sale, currency, cash }) => ({
    order: sale.id,
    marketplace: sale.marketplace,
    currency,
    entries: cash.map(presentEntry),
  })),
  next,
});

import type Stripe from "stripe";
import * as v from "valibot";
import { fromSeconds, iso } from "../clock.ts";

/**
 * The ledger is what Stripe would show an auditor: a row for each balance transaction (`txn_…`) of the platform's account,
 * as Stripe made it, and never changed. What an Order came to, an Order's proof and a statement follow from these rows, and
 * from nothing that was added up here.
 *
 * To read a month, take {@link factsBooked} of each Marketplace (its Orders' facts) and of the Space (what is nobody's
 * Order), from the first second of the month in UTC to the first of the next: one query a Marketplace, by the index
 * `ledger`. {@link factsOf} has all facts of one Order, of months before, too. A month is closed when the daily reading of
 * Stripe's list has passed its end (`money.until` in lib/spaces/recovery.ts); then its rows do not change.
 */

/** What an Order's balance transactions are: Stripe's `reporting_category` (https://docs.stripe.com/reports/reporting-categories). */
export const ORDER_KINDS = [
  "charge",
  "charge_failure",
  "refund",
  "refund_failure",
  "dispute",
  "dispute_reversal",
  "transfer",
  "transfer_reversal",
] as const;

/** What by its nature belongs to no Order. `unknown` is what nobody has told us of, and somebody should look at. */
export const SPACE_KINDS = [
  "payout",
  "top_up",
  "reserve",
  "stripe_fee",
  "radar_fee",
  "connect_fee",
  "dispute_countered_fee",
  "unknown",
] as const;

export type OrderKind = (typeof ORDER_KINDS)[number];
export type SpaceKind = (typeof SPACE_KINDS)[number];

const FeeDetail = v.object({
  type: v.string(),
  amount: v.number(),
  currency: v.string(),
  description: v.nullable(v.string()),
});

/**
 * A balance transaction. Amounts are integers in the smallest unit of `currency`, the one that the account is settled in,
 * and negative where money leaves the account; `net` is `amount` less `fee`.
 */
const transaction = {
  /** `txn_…` */
  id: v.string(),
  space: v.string(),
  type: v.string(),
  reporting_category: v.string(),
  /** `ch_…`, `py_…`, `re_…`, `pyr_…`, `du_…`, `dp_…`, `tr_…`, `trr_…`, `po_…`; absent where it has none. */
  source: v.optional(v.string()),
  amount: v.number(),
  fee: v.number(),
  net: v.number(),
  currency: v.string(),
  fee_details: v.array(FeeDetail),
  /** When Stripe made it, and when its money can be used; ISO 8601, in whole seconds. */
  booked_at: v.string(),
  available_on: v.string(),
  /** From the Order's currency into `currency`; absent where they are the same. */
  exchange_rate: v.optional(v.number()),
};

/** A balance transaction of an Order, with what a statement wants to know of its source. */
export type OrderFact = v.InferOutput<typeof OrderFact>;
export const OrderFact = v.object({
  ...transaction,
  marketplace: v.string(),
  order: v.string(),
  kind: v.picklist(ORDER_KINDS),
  /** Of a charge, refund or dispute: its amount in the Order's currency, never negative. */
  source_amount: v.optional(v.number()),
  /** Of a refund: how much of it is for products, where whoever refunded said so. In the Order's currency. */
  product_amount: v.optional(v.number()),
  /** Of a transfer and its reversals: the account that it went to, `acct_…`, and the transfer, `tr_…`. */
  account: v.optional(v.string()),
  transfer: v.optional(v.string()),
});

/** A balance transaction that belongs to no Order. */
export type SpaceFact = v.InferOutput<typeof SpaceFact>;
export const SpaceFact = v.object({ ...transaction, kind: v.picklist(SPACE_KINDS) });

/** What Stripe says of a transaction, as a row has it. */
export const transactionOf = (of: Stripe.BalanceTransaction) => {
  const source = typeof of.source === "string" ? of.source : of.source?.id;
  return {
    id: of.id,
    type: of.type,
    reporting_category: of.reporting_category,
    ...(source && { source }),
    amount: of.amount,
    fee: of.fee,
    net: of.net,
    currency: of.currency,
    fee_details: of.fee_details.map(({ type, amount, currency, description }) => ({
      type,
      amount,
      currency,
      description,
    })),
    booked_at: iso(fromSeconds(of.created)),
    available_on: iso(fromSeconds(of.available_on)),
    ...(of.exchange_rate !== null && { exchange_rate: of.exchange_rate }),
  };
};

export const isOrderKind = (category: string): category is OrderKind =>
  ORDER_KINDS.some((kind) => kind === category);

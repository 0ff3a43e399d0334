import * as v from "valibot";
import { Proof } from "./proof.ts";
import { Decisions, Money, OpenDispute, RefundOnWay, Split } from "./split.ts";

/**
 * From `open` an Order only moves on, in this order; so an answer of Stripe's that has gone stale cannot take it back.
 * `awaiting_payment`: the buyer is done, the bank is not (`checkout.session.completed` with `payment_status: unpaid`).
 */
export const ORDER_STATUSES = ["open", "awaiting_payment", "payment_failed", "expired", "paid"] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** One of the things that were sold; `unit_amount` is an integer in the currency's smallest unit. */
export type OrderLine = v.InferOutput<typeof OrderLine>;
export const OrderLine = v.object({
  name: v.string(),
  unit_amount: v.number(),
  quantity: v.number(),
  /** What the buyer wants to be known of it; Stripe is not told. */
  note: v.optional(v.string()),
});

/**
 * An Order's row. Amounts are integers in the currency's smallest unit.
 *
 * A few lines keep it below 1 KB, so that each write of it costs one write unit, two in a transaction. The most a checkout
 * takes, 100 lines with long names and notes, is 80 KB in English and below DynamoDB's 400 KB in any script; each write
 * of such an Order costs a unit a KB, twice that in a transaction.
 */
export type Order = v.InferOutput<typeof Order>;
export const Order = v.object({
  /** A ULID; also the `transfer_group` at Stripe, but for an Order that was carried over: Checkout's intents keep theirs. */
  id: v.string(),
  space: v.string(),
  /** Where the Marketplace is; absent where the Order was placed before this was kept. */
  room: v.optional(v.string()),
  marketplace: v.string(),
  status: v.picklist(ORDER_STATUSES),
  /** Three lowercase letters. */
  currency: v.string(),
  /** What the buyer pays: products, delivery and taxes. */
  amount_total: v.number(),
  /** What the Vendor's share is reckoned from. */
  product_total: v.number(),
  delivery_amount: v.number(),
  tax_amount: v.number(),
  livemode: v.boolean(),
  /** `cs_…` */
  checkout_session: v.string(),
  /** Where the buyer pays; absent where the Order was carried over when its buyer was through. */
  checkout_url: v.optional(v.string()),
  /** `pi_…`, once there is one. */
  payment_intent: v.optional(v.string()),
  /** `evt_…` that failed to bring the Order further; what became of it since, its own row says. */
  failing_event: v.optional(v.string()),
  /** ISO 8601. */
  placed_at: v.string(),
  /** Absent where the Order was carried over, or was placed before lines were kept. */
  lines: v.optional(v.array(OrderLine)),
  /** The buyer's address, where the shop knew it. */
  buyer_email: v.optional(v.string()),
  /** What the Space knows the buyer by (lib/buyers), and finds all of their Orders by: the index `buyers`. */
  buyer_key: v.optional(v.string()),
  /** ISO 8601; when the buyer was erased: then nothing more is kept of who they were. */
  buyer_erased_at: v.optional(v.string()),
  /**
   * `acct_…` of the Vendor whom the buyer bought from, whatever account is connected later. Absent where the Order was
   * carried over while none was connected, or was placed before this was kept.
   */
  vendor_account: v.optional(v.string()),
  /** Under which Stripe keeps the charge and the Order's transfers together; and the charge, `ch_…` or `py_…`. Once it is paid. */
  transfer_group: v.optional(v.string()),
  charge: v.optional(v.string()),
  money: v.optional(Money),
  /** Written with `money`; absent where there are none. */
  refunds_on_way: v.optional(v.array(RefundOnWay)),
  /** The one to answer first. */
  open_dispute: v.optional(OpenDispute),
  decisions: v.optional(Decisions),
  /** Absent where nothing was paid, or nobody has looked since it was kept. */
  proof: v.optional(Proof),
  /** Absent where the Order was placed before shares were sent from here. */
  split: v.optional(Split),
  /** Raised by each change of status, money, split or decisions, from 0: who writes money, split or decisions has seen the last. */
  version: v.optional(v.number()),
  /** Raised by whoever wants the money looked at; who is looking looks again until it stays. */
  wanted: v.optional(v.number()),
  /** How many movements were written down, and which of them has no outcome yet. */
  movements: v.optional(v.number()),
  open_movement: v.optional(v.number()),
  /** Which run has the Order's money to itself, and until when; and when it is to be looked at again. ISO 8601. */
  lease_by: v.optional(v.string()),
  lease_until: v.optional(v.string()),
  due_at: v.optional(v.string()),
  /** ISO 8601; since when somebody should look. */
  attention_since: v.optional(v.string()),
  /** What the Space's members were told that they should see to, by its kind: of which cause, when (ISO 8601), how often. */
  warned: v.optional(
    v.record(v.string(), v.object({ cause: v.string(), at: v.string(), times: v.number() })),
  ),
});

/** What happened to an Order. */
export type TimelineEntry = v.InferOutput<typeof TimelineEntry>;
export const TimelineEntry = v.object({
  /** ISO 8601; for what Stripe tells, Stripe's time. */
  at: v.string(),
  entry: v.string(),
  detail: v.string(),
  /** ISO 8601; the order of a timeline, since Stripe's times are whole seconds. */
  written_at: v.string(),
});

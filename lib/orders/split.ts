import * as v from "valibot";

/** Not below zero, and whole: Stripe's amounts, in a currency's smallest unit. */
const Amount = v.pipe(v.number(), v.integer(), v.minValue(0));

/**
 * Why nothing is sent or taken back now, and what ends it. Beside these, `stripe_refused:<code>` names a refusal of
 * Stripe's that nobody has foreseen.
 */
export const HOLD_REASONS = [
  // These end by themselves: the Order is looked at again by its clock and by Stripe's events.
  "fee_late",
  "not_connected",
  "transfers_inactive",
  "key_missing",
  "key_refused",
  "key_restricted",
  "platform_balance",
  "vendor_balance",
  // These take a person.
  "account_changed",
  "account_gone",
  "amount_mismatch",
  "charge_missing",
  "overpaid_by_hand",
  "taken_back_by_hand",
  "paid_before_splits",
] as const;
export type HoldReason = (typeof HOLD_REASONS)[number] | `stripe_refused:${string}`;

/** Why an Order that is paid is not split yet, though nothing is wrong. */
export type WaitReason = "fee_unknown" | "dispute_open";

/**
 * Where the Vendor's share stands, beside the Order's `status`: that only moves on, and this goes back and forth.
 * `none`: not paid. `under_way`: a movement is written down, and Stripe has yet to confirm it. `by_hand`: paid before
 * shares were sent from here, and a person has yet to say that they shall be.
 */
export const SPLIT_STATUSES = [
  "none",
  "waiting",
  "under_way",
  "done",
  "nothing_due",
  "on_hold",
  "by_hand",
] as const;

export type Split = v.InferOutput<typeof Split>;
export const Split = v.object({
  status: v.picklist(SPLIT_STATUSES),
  /** A {@link HoldReason} or {@link WaitReason}. */
  reason: v.optional(v.string()),
  /** ISO 8601; since when it is so, and for this reason. */
  since: v.string(),
  /** A sentence for people. */
  detail: v.string(),
});

/**
 * How the split of an Order stands. What was paid before shares were sent from here may have been shared by hand: a
 * person says whether it is to be sent.
 */
export const splitOf = ({
  status,
  split,
  placed_at,
}: {
  status: string;
  split?: Split | undefined;
  placed_at: string;
}): Split =>
  split ?? {
    ...(status === "paid"
      ? {
          status: "by_hand",
          reason: "paid_before_splits",
          detail: "It was paid before shares were sent from here.",
        }
      : { status: "none", detail: "The Order is not paid." }),
    since: placed_at,
  };

/**
 * What Stripe's lists came to when they were last read. Amounts are in `currency`, the one the platform is settled in,
 * but for `captured`, `refunded` and `disputed`, which are in the Order's own. Its row has no nothing ({@link withoutNothing}).
 */
export type Money = v.InferOutput<typeof Money>;
const OrNone = v.optional(Amount, 0);
export const Money = v.object({
  currency: v.string(),
  /** What the charge brought, before Stripe's fee; and that fee. */
  gross: Amount,
  fee: Amount,
  captured: Amount,
  /**
   * The Vendor's share of the whole sale. Frozen when the fee is first known, so that rules that change one day change nothing
   * that was sold before; by which rules it was reckoned is therefore not kept beside it. What a refund takes of it, the refund
   * says at Stripe.
   */
  share: Amount,
  /** What went back to the buyer, or is on its way; and what the bank took back. */
  refunded: OrNone,
  disputed: OrNone,
  /** What the Vendor should hold, and what they were sent, gave back, and hold. */
  target: Amount,
  sent: Amount,
  reversed: OrNone,
  net: Amount,
  /** What the Vendor holds above that, and nobody has written off. */
  owed: OrNone,
  /** What Stripe charged for disputes: the Distributor's. */
  dispute_fees: OrNone,
  /** What was sent to other accounts under the Order's transfer group. */
  others: OrNone,
});

/** A refund that counts, and that Stripe has not booked yet: no balance transaction names it. In the Order's currency. */
export type RefundOnWay = v.InferOutput<typeof RefundOnWay>;
export const RefundOnWay = v.object({
  /** `re_…` */
  id: v.string(),
  amount: Amount,
  product_amount: v.optional(Amount),
});

/** A dispute that the bank has not decided yet. */
export type OpenDispute = v.InferOutput<typeof OpenDispute>;
export const OpenDispute = v.object({
  /** `du_…` or `dp_…` */
  id: v.string(),
  status: v.string(),
  amount: Amount,
  /** Until when Stripe takes evidence, s since the epoch. */
  evidence_due_by: v.optional(v.number()),
});

/** What a person has decided of an Order's money; each is kept as an amount, so that what comes later is a new question. */
export type Decisions = v.InferOutput<typeof Decisions>;
export const Decisions = v.object({
  /** The Vendor may keep this much too much. */
  written_off: Amount,
  /** The Vendor goes without this much. */
  given_up: Amount,
  /** Of what was moved by hand, this much is known and no question any more. */
  reversed_by_hand: Amount,
  sent_by_hand: Amount,
  sent_to_others: Amount,
  /** The account of the sale is paid, whichever the Marketplace is connected to now. */
  pays_account_of_sale: v.boolean(),
});

export const NO_DECISIONS: Decisions = {
  written_off: 0,
  given_up: 0,
  reversed_by_hand: 0,
  sent_by_hand: 0,
  sent_to_others: 0,
  pays_account_of_sale: false,
};

/** As its row has it: what a plain sale has nothing of is left out, which keeps most rows within 1 KB, beyond which each write costs twice. */
export const withoutNothing = (money: Money): Partial<Money> =>
  Object.fromEntries(
    Object.entries(money).filter(([name, amount]) => amount !== 0 || !MAY_BE_NONE.has(name)),
  );

const MAY_BE_NONE = new Set(["refunded", "disputed", "reversed", "owed", "dispute_fees", "others"]);

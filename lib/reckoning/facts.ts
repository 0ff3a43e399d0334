import type { Movement } from "../orders/movement.ts";

/**
 * What Stripe says of one Order's money, read in one go. Amounts are integers in the smallest unit of the currency that
 * each field names: the Order's own, or the one that the platform's account is settled in.
 */
export type Facts = {
  /** The charge that was paid; undefined where nothing was, or where nothing had to be. */
  charge: ChargeFacts | undefined;
  refunds: RefundFacts[];
  disputes: DisputeFacts[];
  /** Of the charge's transfer group, to whichever account, newest first. */
  transfers: TransferFacts[];
};

export type ChargeFacts = {
  /** `ch_…` or `py_…` */
  id: string;
  /** What of it does not fit the Order, in words; undefined where it fits. */
  mismatch: string | undefined;
  /** In the Order's currency; of what a bank took back, all that there was. */
  captured: number;
  /** In the settlement currency; undefined while Stripe does not know its fee. */
  settled: { currency: string; gross: number; fee: number } | undefined;
  /** A bank took the whole back, after it had paid. */
  failed: boolean;
  transfer_group: string | undefined;
};

export type RefundFacts = {
  /** `re_…` */
  id: string;
  /** In the Order's currency. */
  amount: number;
  status: "pending" | "requires_action" | "succeeded" | "failed" | "canceled";
  /** How much of it is for products, where whoever refunded said so. */
  product_amount: number | undefined;
  /** The key of our own movement, where the refund was made from here. */
  key: string | undefined;
  /** s since the epoch */
  created: number;
};

export type DisputeFacts = {
  /** `du_…` or `dp_…` */
  id: string;
  /** In the Order's currency. */
  amount: number;
  status: string;
  /** What the bank took, and gave back, in the settlement currency; and what Stripe charged for it. */
  withdrawn: number;
  reinstated: number;
  fees: number;
  /** Until when Stripe takes evidence, s since the epoch. */
  evidence_due_by: number | undefined;
  created: number;
};

export type TransferFacts = {
  /** `tr_…` */
  id: string;
  /** The account it went to, `acct_…`. */
  destination: string;
  /** In the settlement currency. */
  amount: number;
  reversed: number;
  /** The charge it was taken from; undefined where it came from the balance. */
  source: string | undefined;
  /** The key of our own movement; undefined where somebody made it by hand, or another program. */
  key: string | undefined;
  created: number;
  reversals: { id: string; amount: number; key: string | undefined; created: number }[];
};

/** The facts once a movement is among them, which Stripe has just made. */
export function withMovement(facts: Facts, movement: Movement, id: string, created: number): Facts {
  const { amount, key } = movement;
  switch (movement.kind) {
    case "transfer": {
      const { destination, source } = movement;
      const transfer = { id, destination, amount, reversed: 0, source, key, created, reversals: [] };
      return { ...facts, transfers: [transfer, ...facts.transfers] };
    }
    case "reversal": {
      const reverse = (transfer: TransferFacts): TransferFacts => ({
        ...transfer,
        reversed: transfer.reversed + amount,
        reversals: [...transfer.reversals, { id, amount, key, created }],
      });
      return {
        ...facts,
        transfers: facts.transfers.map((each) => (each.id === movement.transfer ? reverse(each) : each)),
      };
    }
    case "refund": {
      const { product_amount } = movement;
      const refund = { id, amount, status: "pending" as const, product_amount, key, created };
      return { ...facts, refunds: [refund, ...facts.refunds] };
    }
  }
}

/** A refund counts from when it is asked for: taking back the Vendor's part may be what lets it happen. */
export const counts = ({ status }: RefundFacts): boolean => status !== "failed" && status !== "canceled";

/** The bank has the money, and has not decided yet. */
export const isOpen = ({ status }: DisputeFacts): boolean =>
  status === "needs_response" || status === "under_review";

/** The bank has not decided yet, whether it has the money or only asks (Stripe docs, "Inquiries and retrievals"). */
export const isUndecided = (dispute: DisputeFacts): boolean =>
  isOpen(dispute) || dispute.status === "warning_needs_response" || dispute.status === "warning_under_review";

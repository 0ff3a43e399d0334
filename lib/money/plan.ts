import type { Order } from "../orders/order.ts";
import { type HoldReason, NO_DECISIONS, type Split, type WaitReason } from "../orders/split.ts";
import { type Facts, isOpen, type TransferFacts } from "../reckoning/facts.ts";
import { type Reckoning, type Sale, sum } from "../reckoning/reckon.ts";

/** The one thing to do next for an Order's money, or how its split stands while there is nothing to do. */
export type Plan =
  | { do: "transfer"; amount: number; source: string | undefined }
  | { do: "reverse"; amount: number; transfer: string }
  | { do: "stand"; status: Split["status"]; reason?: HoldReason | WaitReason };

const hold = (reason: HoldReason): Plan => ({ do: "stand", status: "on_hold", reason });

/** Stripe promises its fee within the hour; in ms. */
export const FEE_LATE_MS = 2 * 60 * 60_000;

export type PlannedOrder = Sale & Pick<Order, "status" | "split">;

/**
 * Whatever happened to a payment, the answer is one target and one difference: what the Vendor should hold, less what they
 * hold. No rule here moves money for a refund, a dispute or a hand-made transfer as such, so none can be forgotten or
 * applied twice. Pure: the same facts give the same plan.
 * @param reckoning of the same facts; undefined while Stripe's fee is not known, or where there is no charge
 */
export function plan(order: PlannedOrder, facts: Facts, reckoning: Reckoning | undefined, at: Date): Plan {
  const { charge } = facts;
  if (order.status !== "paid") return { do: "stand", status: "none" };
  if (order.amount_total === 0) return { do: "stand", status: "nothing_due" };
  if (order.split?.status === "by_hand")
    return { do: "stand", status: "by_hand", reason: "paid_before_splits" };
  if (!charge) return hold("charge_missing");
  if (charge.mismatch) return hold("amount_mismatch");
  if (!reckoning) return waitsTooLong(order.split, at) ? hold("fee_late") : wait("fee_unknown");
  return (
    planReversal(order, facts, reckoning) ??
    planOthers(order, facts) ??
    planTransfer(order, facts, reckoning) ??
    planRest(facts, reckoning)
  );
}

const wait = (reason: WaitReason): Plan => ({ do: "stand", status: "waiting", reason });

const waitsTooLong = (split: Split | undefined, at: Date): boolean =>
  split?.reason === "fee_late" ||
  (split?.reason === "fee_unknown" && at.getTime() - Date.parse(split.since) >= FEE_LATE_MS);

/** The Vendor holds too much: it is taken back, unless somebody paid it by hand and nothing else explains it. */
function planReversal(order: PlannedOrder, { transfers }: Facts, reckoning: Reckoning): Plan | undefined {
  const { owed, refunded, disputed } = reckoning;
  if (owed === 0) return undefined;
  const toVendor = transfers.filter(({ destination }) => destination === order.vendor_account);
  const isNewByHand = sentByHand(toVendor) > (order.decisions ?? NO_DECISIONS).sent_by_hand;
  if (isNewByHand && refunded === 0 && disputed === 0) return hold("overpaid_by_hand");
  const from = toVendor.find(({ amount, reversed }) => amount > reversed);
  // What the Vendor holds is what of these transfers is left, so there is one.
  return from && { do: "reverse", transfer: from.id, amount: Math.min(owed, from.amount - from.reversed) };
}

/** Another account has some of this Order's share: by hand, or from before the Order was made anew without its account. */
function planOthers({ vendor_account, decisions = NO_DECISIONS }: PlannedOrder, { transfers }: Facts) {
  const others = transfers.filter(({ destination }) => destination !== vendor_account);
  return heldBy(others) > decisions.sent_to_others ? hold("overpaid_by_hand") : undefined;
}

/** The Vendor holds too little: it is sent, but for what somebody took back by hand, which they may have meant. */
function planTransfer(order: PlannedOrder, facts: Facts, { short, gross }: Reckoning): Plan | undefined {
  if (short === 0) return undefined;
  const byHand = reversedByHand(order, facts) - (order.decisions ?? NO_DECISIONS).reversed_by_hand;
  const amount = short - Math.max(0, byHand);
  if (amount <= 0) return hold("taken_back_by_hand");
  return { do: "transfer", amount, source: sourceFor(amount, gross, facts) };
}

/**
 * A transfer that names the charge waits for its funds, and so never finds the balance too low; all that name one may
 * come to what it brought, whatever was reversed since (Stripe docs, "Separate charges and transfers: Transfer availability").
 */
function sourceFor(amount: number, gross: number, { charge, transfers }: Facts): string | undefined {
  const taken = sum(
    transfers.filter(({ source }) => source === charge?.id),
    (transfer) => transfer.amount,
  );
  return taken + amount <= gross ? charge?.id : undefined;
}

function planRest({ disputes }: Facts, { target, sent }: Reckoning): Plan {
  if (sent > 0 || target > 0) return { do: "stand", status: "done" };
  return disputes.some(isOpen) ? wait("dispute_open") : { do: "stand", status: "nothing_due" };
}

/** All that somebody sent without us, whatever came back of it since: another of the same amount is another. */
export const sentByHand = (transfers: TransferFacts[]): number =>
  sum(transfers.filter(isByHand), ({ amount }) => amount);

/** What is left of all that was sent. */
export const heldBy = (transfers: TransferFacts[]): number =>
  sum(transfers, ({ amount, reversed }) => amount - reversed);

const isByHand = ({ key }: TransferFacts): boolean => key === undefined;

/** What somebody took back from the Vendor without us. */
export const reversedByHand = ({ vendor_account }: Sale, { transfers }: Facts): number =>
  sum(
    transfers
      .filter(({ destination }) => destination === vendor_account)
      .flatMap(({ reversals }) => reversals.filter(({ key }) => key === undefined)),
    ({ amount }) => amount,
  );

import { httpError, ValidationError } from "../errors.ts";
import type { Order } from "../orders/order.ts";
import { type ChargeFacts, counts, type Facts } from "../reckoning/facts.ts";
import { sum } from "../reckoning/reckon.ts";

/** How much goes back to a buyer, and how much of that is for products; in the Order's currency. */
export type RefundAmounts = { amount: number; product_amount?: number | undefined };

/** What is said of what is too much, by its field, and of how much it may be at most. */
type TooMuch = Record<keyof RefundAmounts, (most: number) => string>;

/** A program reads it in the smallest unit, as it asked. */
const TO_PROGRAMS: TooMuch = {
  amount: (left) => `must be at most ${left}, which is what is left`,
  product_amount: (most) => `must be at most ${most}`,
};

/**
 * @returns the charge that is refunded
 * @throws {ValidationError}; {HttpError} 409 `not_refundable`
 */
export function assertRefundable(
  order: Order,
  { charge, disputes, refunds }: Facts,
  { amount, product_amount = 0 }: RefundAmounts,
  tooMuch = TO_PROGRAMS,
): ChargeFacts {
  if (order.status !== "paid" || !charge) throw httpError("not_refundable", "nobody has paid this Order.");
  if (charge.mismatch) throw httpError("not_refundable", `what was paid does not fit: ${charge.mismatch}.`);
  if (charge.failed) throw httpError("not_refundable", "the bank took the payment back already.");
  if (disputes.some(({ withdrawn, reinstated }) => withdrawn > reinstated))
    throw httpError("not_refundable", "it is disputed, and the buyer's bank has the money.");
  const left = charge.captured - sum(refunds.filter(counts), (refund) => refund.amount);
  if (left === 0) throw httpError("not_refundable", "all of it was refunded already.");
  if (amount > left) throw new ValidationError({ amount: tooMuch.amount(left) });
  const most = Math.min(amount, order.product_total);
  if (product_amount > most) throw new ValidationError({ product_amount: tooMuch.product_amount(most) });
  return charge;
}

import { httpError, ValidationError } from "../errors.ts";
import type { Order } from "../orders/order.ts";
import { type ChargeFacts, counts, type Facts } from "../reckoning/facts.ts";
import { sum } from "../reckoning/reckon.ts";

/** How much goes back to a buyer, and how much of that is for products; in the Order's currency. */
export type RefundAmounts = { amount: number; product_amount?: number | undefined };

/**
 * @returns the charge that is refunded
 * @throws {ValidationError}; {HttpError} 409 `not_refundable`
 */
export function assertRefundable(
  order: Order,
  { charge, disputes, refunds }: Facts,
  { amount, product_amount = 0 }: RefundAmounts,
): ChargeFacts {
  if (order.status !== "paid" || !charge) throw httpError("not_refundable", "nobody has paid this Order.");
  if (charge.mismatch) throw httpError("not_refundable", `what was paid does not fit: ${charge.mismatch}.`);
  if (charge.failed) throw httpError("not_refundable", "the bank took the payment back already.");
  if (disputes.some(({ withdrawn, reinstated }) => withdrawn > reinstated))
    throw httpError("not_refundable", "it is disputed, and the buyer's bank has the money.");
  const left = charge.captured - sum(refunds.filter(counts), (refund) => refund.amount);
  if (left === 0) throw httpError("not_refundable", "all of it was refunded already.");
  if (amount > left) throw new ValidationError({ amount: `must be at most ${left}, which is what is left` });
  const most = Math.min(amount, order.product_total);
  if (product_amount > most) throw new ValidationError({ product_amount: `must be at most ${most}` });
  return charge;
}

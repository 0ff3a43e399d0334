import type Stripe from "stripe";

/** What a refund is about; everything else is as in a refund that needs nothing more. */
type NewRefund = Pick<Stripe.Refund, "id" | "amount" | "charge" | "created" | "currency" | "status"> &
  Partial<Stripe.Refund>;

export const newRefund = (fields: NewRefund): Stripe.Refund => ({
  object: "refund",
  balance_transaction: null,
  customer: null,
  customer_account: null,
  metadata: {},
  payment_intent: null,
  payment_method: null,
  reason: null,
  receipt_number: null,
  source_transfer_reversal: null,
  transfer_reversal: null,
  ...fields,
});

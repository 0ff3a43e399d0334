import type Stripe from "stripe";
import * as v from "valibot";
import type { Simulator } from "../state/simulator.ts";
import { shippingParam } from "./addresses.ts";

const optionalText = v.optional(v.string());

const PaymentDetails = v.object({
  description: optionalText,
  metadata: v.optional(v.record(v.string(), v.string())),
  receipt_email: optionalText,
  shipping: v.optional(shippingParam),
  statement_descriptor: optionalText,
  statement_descriptor_suffix: optionalText,
  transfer_group: optionalText,
});

/** A session's `payment_intent_data`: Stripe shows it only on the PaymentIntent, which the first payment attempt creates. */
export type PaymentDetails = v.InferOutput<typeof PaymentDetails>;

export function savePaymentDetails({ store }: Simulator, session: string, details: PaymentDetails): void {
  store.run("INSERT INTO payment_details (session, body) VALUES (?, ?)", session, JSON.stringify(details));
}

export function paymentDetailsOf({ store }: Simulator, session: Stripe.Checkout.Session): PaymentDetails {
  const row = store.first("SELECT body FROM payment_details WHERE session = ?", session.id);
  return v.parse(PaymentDetails, JSON.parse(String(row?.body)));
}

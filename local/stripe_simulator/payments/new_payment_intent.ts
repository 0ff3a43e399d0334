import type Stripe from "stripe";
import { newId } from "../core/ids.ts";

/** What an intent is about; everything else is as in one that nobody has tried to pay. */
type NewPaymentIntent = Pick<Stripe.PaymentIntent, "amount" | "created" | "currency" | "livemode"> &
  Partial<Stripe.PaymentIntent>;

/** Nothing is stored or emitted here. */
export function newPaymentIntent(fields: NewPaymentIntent): Stripe.PaymentIntent {
  const id = newId.paymentIntent();
  return {
    id,
    object: "payment_intent",
    allowed_payment_method_types: null,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: "automatic_async",
    client_secret: `${id}_secret_${newId.request().slice(4)}`,
    confirmation_method: "automatic",
    customer: null,
    customer_account: null,
    description: null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    managed_payments: null,
    metadata: {},
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ["card"],
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: "requires_payment_method",
    transfer_group: null,
    ...fields,
  };
}

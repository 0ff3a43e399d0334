import type Stripe from "stripe";
import { nowSeconds } from "../core/clock.ts";
import { newId } from "../core/ids.ts";
import type { PaymentDetails } from "./payment_details.ts";

/** The objects of a payment, as Stripe would make them. Nothing here stores or announces anything. */

export function newPaymentIntent(
  session: Stripe.Checkout.Session,
  details: PaymentDetails,
): Stripe.PaymentIntent {
  const id = newId.paymentIntent();
  return {
    id,
    object: "payment_intent",
    allowed_payment_method_types: null,
    amount: session.amount_total ?? 0,
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
    created: nowSeconds(),
    currency: session.currency ?? "usd",
    customer: null,
    customer_account: null,
    description: details.description ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: session.livemode,
    managed_payments: null,
    metadata: details.metadata ?? {},
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: session.payment_method_types,
    payment_record: null,
    processing: null,
    receipt_email: details.receipt_email ?? null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: details.statement_descriptor ?? null,
    statement_descriptor_suffix: details.statement_descriptor_suffix ?? null,
    status: "requires_payment_method",
    transfer_group: details.transfer_group ?? null,
  };
}

/** @param method `card`, or a bank debit, which Stripe calls a payment (`py_…`) */
export function newCharge(
  intent: Stripe.PaymentIntent,
  { method, email, status }: { method: string; email: string | null; status: Stripe.Charge.Status },
): Stripe.Charge {
  return {
    id: method === "card" ? newId.charge() : newId.bankPayment(),
    object: "charge",
    amount: intent.amount,
    amount_captured: 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: { address: null, email, name: null, phone: null, tax_id: null },
    calculated_statement_descriptor: null,
    captured: false,
    created: nowSeconds(),
    currency: intent.currency,
    customer: null,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    fraud_details: {},
    livemode: intent.livemode,
    metadata: intent.metadata, // copied at this moment: https://docs.stripe.com/metadata#events
    on_behalf_of: null,
    outcome: null,
    paid: false,
    payment_intent: intent.id,
    payment_method: intent.payment_method === null ? newId.paymentMethod() : String(intent.payment_method),
    payment_method_details: method === "card" ? { type: "card", card: visa } : { type: method },
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status,
    transfer_data: null,
    transfer_group: intent.transfer_group,
  };
}

const visa: Stripe.Charge.PaymentMethodDetails.Card = {
  amount_authorized: null,
  authorization_code: null,
  brand: "visa",
  checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: "pass" },
  country: "US",
  electronic_commerce_indicator: null,
  exp_month: 12,
  exp_year: 2034,
  funding: "credit",
  installments: null,
  last4: "4242",
  mandate: null,
  network: "visa",
  network_transaction_id: null,
  regulated_status: "unregulated",
  three_d_secure: null,
  transaction_link_id: null,
  wallet: null,
};

const AVAILABLE_AFTER_SECONDS = 2 * 24 * 60 * 60;

/** Stripe's fee for cards in the US: 2.9 % and 30 of the smallest unit (https://stripe.com/pricing). */
export function newBalanceTransaction(charge: Stripe.Charge): Stripe.BalanceTransaction {
  const fee = Math.round(charge.amount * 0.029) + 30;
  return {
    id: newId.balanceTransaction(),
    object: "balance_transaction",
    amount: charge.amount,
    available_on: nowSeconds() + AVAILABLE_AFTER_SECONDS,
    balance_type: "payments",
    created: nowSeconds(),
    currency: charge.currency,
    description: charge.description,
    exchange_rate: null,
    fee,
    fee_details: [
      {
        amount: fee,
        application: null,
        currency: charge.currency,
        description: "Stripe processing fees",
        type: "stripe_fee",
      },
    ],
    net: charge.amount - fee,
    reporting_category: "charge",
    source: charge.id,
    status: "pending",
    type: charge.id.startsWith("py_") ? "payment" : "charge",
  };
}

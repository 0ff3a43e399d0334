import type Stripe from "stripe";
import * as v from "valibot";
import { listPage, whereField } from "../api/lists.ts";
import { param, parse } from "../api/params.ts";
import type { Handler } from "../api/request.ts";
import { retrieve } from "../api/retrieve.ts";
import { newId } from "../core/ids.ts";

export const retrieveCharge = retrieve("charge");

const ListCharges = v.strictObject({
  ...param.paging,
  created: v.optional(param.range),
  payment_intent: v.optional(param.text()),
  transfer_group: v.optional(param.text()),
});

export const listCharges: Handler = ({ params, scope }, simulator) => {
  const { created, payment_intent, transfer_group, ...paging } = parse(ListCharges, params);
  const where = [
    ...whereField("payment_intent", payment_intent),
    ...whereField("transfer_group", transfer_group),
  ];
  return listPage(simulator, scope, { kind: "charge", url: "/v1/charges", created, where }, paging);
};

/** What a charge is about; everything else is as in a charge that nothing has become of yet. */
type NewCharge = Pick<Stripe.Charge, "id" | "amount" | "created" | "currency" | "livemode" | "status"> &
  Partial<Stripe.Charge>;

export const newCharge = (fields: NewCharge): Stripe.Charge => ({
  object: "charge",
  amount_captured: 0,
  amount_refunded: 0,
  application: null,
  application_fee: null,
  application_fee_amount: null,
  balance_transaction: null,
  billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
  calculated_statement_descriptor: null,
  captured: false,
  customer: null,
  description: null,
  disputed: false,
  failure_balance_transaction: null,
  failure_code: null,
  failure_message: null,
  fraud_details: {},
  metadata: {},
  on_behalf_of: null,
  outcome: null,
  paid: false,
  payment_intent: null,
  payment_method: null,
  payment_method_details: null,
  receipt_email: null,
  receipt_number: null,
  receipt_url: null,
  refunded: false,
  review: null,
  shipping: null,
  source: null,
  source_transfer: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  transfer_data: null,
  transfer_group: null,
  ...fields,
});

/** An attempt to pay; one by bank debit is what Stripe calls a payment (`py_…`). */
export const chargeOf = (
  intent: Stripe.PaymentIntent,
  { id, type, card, billing_details }: Stripe.PaymentMethod,
  { email, created }: { email: string | null; created: number },
): Stripe.Charge =>
  newCharge({
    id: card ? newId.charge() : newId.bankPayment(),
    amount: intent.amount,
    billing_details: { ...billing_details, email: billing_details.email ?? email },
    created,
    currency: intent.currency,
    description: intent.description,
    livemode: intent.livemode,
    metadata: intent.metadata, // copied when the charge is created: https://docs.stripe.com/metadata#events
    payment_intent: intent.id,
    payment_method: id,
    payment_method_details: card ? { type, card: cardDetails(card) } : { type, ...bankDetails(type) },
    receipt_email: intent.receipt_email,
    shipping: intent.shipping,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status: "pending",
    transfer_group: intent.transfer_group,
  });

/** The banks of Stripe's test numbers (https://docs.stripe.com/payments/ach-direct-debit/accept-a-payment#test). */
const bankDetails = (type: string): Partial<Stripe.Charge.PaymentMethodDetails> =>
  type === "sepa_debit"
    ? {
        sepa_debit: {
          bank_code: "37040044",
          branch_code: "",
          country: "DE",
          fingerprint: "simulated3000",
          last4: "3000",
          mandate: null,
        },
      }
    : {
        us_bank_account: {
          account_holder_type: "individual",
          account_type: "checking",
          bank_name: "STRIPE TEST BANK",
          fingerprint: "simulated6789",
          last4: "6789",
          payment_reference: null,
          routing_number: "110000000",
        },
      };

const cardDetails = (card: Stripe.PaymentMethod.Card): Stripe.Charge.PaymentMethodDetails.Card => ({
  amount_authorized: null,
  authorization_code: null,
  brand: card.brand,
  checks: card.checks,
  country: card.country,
  electronic_commerce_indicator: null,
  exp_month: card.exp_month,
  exp_year: card.exp_year,
  fingerprint: card.fingerprint ?? null,
  funding: card.funding,
  installments: null,
  last4: card.last4,
  mandate: null,
  network: card.brand,
  network_transaction_id: null,
  regulated_status: card.regulated_status,
  three_d_secure: null,
  transaction_link_id: null,
  wallet: null,
});

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

/** An attempt to pay. @param method `card`, or a bank debit, which Stripe calls a payment (`py_…`) */
export const chargeOf = (
  intent: Stripe.PaymentIntent,
  { method, email, created }: { method: string; email: string | null; created: number },
): Stripe.Charge =>
  newCharge({
    id: method === "card" ? newId.charge() : newId.bankPayment(),
    amount: intent.amount,
    billing_details: { address: null, email, name: null, phone: null, tax_id: null },
    created,
    currency: intent.currency,
    description: intent.description,
    livemode: intent.livemode,
    metadata: intent.metadata, // copied when the charge is created: https://docs.stripe.com/metadata#events
    payment_intent: intent.id,
    payment_method: intent.payment_method === null ? newId.paymentMethod() : String(intent.payment_method),
    payment_method_details: method === "card" ? { type: "card", card: visa } : { type: method },
    receipt_email: intent.receipt_email,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status: "pending",
    transfer_group: intent.transfer_group,
  });

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

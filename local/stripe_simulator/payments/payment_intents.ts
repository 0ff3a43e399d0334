import type Stripe from "stripe";
import * as v from "valibot";
import { invalidRequest } from "../api/errors.ts";
import { getOrThrow } from "../api/get_or_throw.ts";
import { listPage } from "../api/lists.ts";
import { mergeMetadata, param, parse } from "../api/params.ts";
import type { Handler } from "../api/request.ts";
import { retrieve } from "../api/retrieve.ts";
import { newId } from "../core/ids.ts";
import type { PaymentDetails } from "./payment_details.ts";

export const retrievePaymentIntent = retrieve("payment_intent");

const ListPaymentIntents = v.strictObject({ ...param.paging, created: v.optional(param.range) });

export const listPaymentIntents: Handler = ({ params, scope }, simulator) => {
  const { created, ...paging } = parse(ListPaymentIntents, params);
  return listPage(simulator, scope, { kind: "payment_intent", url: "/v1/payment_intents", created }, paging);
};

const UpdateParams = v.strictObject({
  description: v.optional(param.text(1000)),
  metadata: v.optional(param.metadata, {}),
  transfer_group: v.optional(param.text()),
});

/** https://docs.stripe.com/api/payment_intents/update. All intents here were created by Checkout, and Stripe
 *  does not allow their `transfer_group` to change (https://github.com/stripe/stripe-java/issues/1031). */
export const updatePaymentIntent: Handler = ({ params, path, scope }, simulator) => {
  const intent = getOrThrow(simulator, "payment_intent", scope, path("id"));
  const { description = intent.description, metadata, transfer_group } = parse(UpdateParams, params);
  if (transfer_group)
    throw invalidRequest(
      "Some of the parameters you provided (transfer_group) cannot be used when modifying a PaymentIntent that was created by Checkout. You can try again without those parameters.",
    );
  return simulator.store.update("payment_intent", {
    ...intent,
    description,
    metadata: mergeMetadata(intent.metadata, metadata),
  });
};

/** As Stripe creates it for a Checkout Session. Nothing is stored or emitted here. */
export function newPaymentIntent(
  session: Stripe.Checkout.Session,
  details: PaymentDetails,
  created: number,
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
    created,
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

import type Stripe from "stripe";
import * as v from "valibot";
import { LARGEST_AMOUNT } from "../../../lib/orders/stripe_limits.ts";
import { cardDeclined, invalidParam, invalidRequest } from "../api/errors.ts";
import { getOrThrow } from "../api/get_or_throw.ts";
import { listPage, whereField } from "../api/lists.ts";
import { mergeMetadata, param, parse } from "../api/params.ts";
import type { Call, Handler } from "../api/request.ts";
import { retrieve } from "../api/retrieve.ts";
import { emit, pendingEvent } from "../events/emit.ts";
import { accountTime } from "../state/clock.ts";
import type { Simulator } from "../state/simulator.ts";
import { shippingOf, shippingParam } from "./addresses.ts";
import { newPaymentIntent } from "./new_payment_intent.ts";
import { fail, followUp, startAttempt, succeed } from "./payment_attempt.ts";
import { behaviourOf, paymentMethodOf } from "./payment_methods.ts";

export const retrievePaymentIntent = retrieve("payment_intent");

const ListPaymentIntents = v.strictObject({ ...param.paging, created: v.optional(param.range) });

export const listPaymentIntents: Handler = ({ params, scope }, simulator) => {
  const { created, ...paging } = parse(ListPaymentIntents, params);
  return listPage(simulator, scope, { kind: "payment_intent", url: "/v1/payment_intents", created }, paging);
};

const Changeable = {
  description: v.optional(param.text(1000)),
  metadata: v.optional(param.metadata, {}),
  receipt_email: v.optional(param.email),
  shipping: v.optional(shippingParam),
  statement_descriptor: v.optional(param.text(22)),
  statement_descriptor_suffix: v.optional(param.text(22)),
  transfer_group: v.optional(param.text()),
};

const CreateParams = v.strictObject({
  ...Changeable,
  amount: param.integer(1, LARGEST_AMOUNT),
  automatic_payment_methods: v.optional(
    v.strictObject({
      allow_redirects: v.optional(v.picklist(["always", "never"])),
      enabled: param.boolean,
    }),
  ),
  capture_method: v.optional(v.picklist(["automatic", "automatic_async", "manual"]), "automatic_async"),
  confirm: v.optional(param.boolean, "false"),
  confirmation_method: v.optional(v.picklist(["automatic", "manual"]), "automatic"),
  currency: param.currency,
  payment_method: v.optional(param.text()),
  payment_method_types: v.optional(v.array(v.picklist(["card"])), ["card"]),
  return_url: v.optional(param.url),
});

/** https://docs.stripe.com/api/payment_intents/create, by card. */
export const createPaymentIntent: Handler = (call, simulator) => {
  const { cause, params, scope } = call;
  const wanted = parse(CreateParams, params);
  if (wanted.capture_method === "manual")
    throw invalidParam("capture_method", "This simulator does not play payments that are captured later.");
  const { confirm, payment_method, return_url: _, automatic_payment_methods, shipping, ...fields } = wanted;
  if (confirm && !payment_method)
    throw invalidParam(
      "payment_method",
      "You cannot confirm this PaymentIntent because it's missing a payment method.",
    );
  const intent = simulator.store.insert(
    "payment_intent",
    scope,
    newPaymentIntent({
      amount: fields.amount,
      automatic_payment_methods: automatic_payment_methods
        ? {
            allow_redirects: automatic_payment_methods.allow_redirects ?? "always",
            enabled: automatic_payment_methods.enabled,
          }
        : null,
      capture_method: fields.capture_method,
      confirmation_method: fields.confirmation_method,
      created: accountTime(simulator, scope.account),
      currency: fields.currency,
      description: fields.description ?? null,
      livemode: scope.livemode,
      metadata: fields.metadata,
      payment_method_types: fields.payment_method_types,
      receipt_email: fields.receipt_email ?? null,
      shipping: shipping ? shippingOf(shipping) : null,
      statement_descriptor: fields.statement_descriptor ?? null,
      statement_descriptor_suffix: fields.statement_descriptor_suffix ?? null,
      transfer_group: fields.transfer_group ?? null,
    }),
  );
  emit(simulator, scope, cause, [pendingEvent("payment_intent.created", intent)]);
  if (!payment_method) return intent;
  const method = paymentMethodOf(simulator, scope, payment_method);
  if (confirm) return confirmWith(call, simulator, intent, method);
  return simulator.store.update("payment_intent", {
    ...intent,
    payment_method: method.id,
    status: "requires_confirmation",
  });
};

const ConfirmParams = v.strictObject({
  payment_method: v.optional(param.text()),
  return_url: v.optional(param.url),
});

/** https://docs.stripe.com/api/payment_intents/confirm */
export const confirmPaymentIntent: Handler = (call, simulator) => {
  const { params, path, scope } = call;
  const intent = getOrThrow(simulator, "payment_intent", scope, path("id"));
  const { payment_method = intent.payment_method } = parse(ConfirmParams, params);
  if (!["requires_payment_method", "requires_confirmation"].includes(intent.status))
    throw invalidRequest(
      `You cannot confirm this PaymentIntent because it has a status of ${intent.status}.`,
      { code: "payment_intent_unexpected_state" },
    );
  assertNotCheckouts(simulator, call, intent, "confirmed");
  if (!payment_method)
    throw invalidParam(
      "payment_method",
      "You cannot confirm this PaymentIntent because it's missing a payment method.",
    );
  return confirmWith(call, simulator, intent, paymentMethodOf(simulator, scope, String(payment_method)));
};

function confirmWith(
  { cause, scope }: Call,
  simulator: Simulator,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
): object {
  const place = { simulator, scope };
  const attempt = startAttempt(place, intent, method);
  const { declined } = behaviourOf(simulator, method);
  if (declined) {
    const failed = fail(place, attempt, { type: "card_error", ...declined });
    emit(simulator, scope, cause, failed.events);
    return cardDeclined({ ...declined, charge: failed.charge.id, payment_intent: failed.intent });
  }
  const payment = succeed(place, attempt, method);
  emit(simulator, scope, cause, payment.events);
  followUp(place, payment, method);
  return payment.intent;
}

const CancelParams = v.strictObject({
  cancellation_reason: v.optional(
    v.picklist(["abandoned", "duplicate", "fraudulent", "requested_by_customer"]),
  ),
});

/** https://docs.stripe.com/api/payment_intents/cancel */
export const cancelPaymentIntent: Handler = (call, simulator) => {
  const { cause, params, path, scope } = call;
  const before = getOrThrow(simulator, "payment_intent", scope, path("id"));
  const { cancellation_reason = null } = parse(CancelParams, params);
  if (!["requires_payment_method", "requires_confirmation"].includes(before.status))
    throw invalidRequest(
      `You cannot cancel this PaymentIntent because it has a status of ${before.status}.`,
      { code: "payment_intent_unexpected_state" },
    );
  assertNotCheckouts(simulator, call, before, "canceled");
  const intent = simulator.store.update("payment_intent", {
    ...before,
    canceled_at: accountTime(simulator, scope.account),
    cancellation_reason,
    status: "canceled",
  });
  emit(simulator, scope, cause, [pendingEvent("payment_intent.canceled", intent)]);
  return intent;
};

const isCheckouts = ({ store }: Simulator, { scope }: Call, { id }: Stripe.PaymentIntent): boolean =>
  store.list("checkout.session", scope, whereField("payment_intent", id), 1).length > 0;

function assertNotCheckouts(
  simulator: Simulator,
  call: Call,
  intent: Stripe.PaymentIntent,
  what: string,
): void {
  if (isCheckouts(simulator, call, intent))
    throw invalidRequest(`This PaymentIntent was created by Checkout: it cannot be ${what}.`);
}

/** https://docs.stripe.com/api/payment_intents/update. Stripe does not allow the `transfer_group` of one that Checkout
 *  created to change (https://github.com/stripe/stripe-java/issues/1031). */
export const updatePaymentIntent: Handler = (call, simulator) => {
  const { params, path, scope } = call;
  const intent = getOrThrow(simulator, "payment_intent", scope, path("id"));
  const { metadata, shipping, ...wanted } = parse(v.strictObject(Changeable), params);
  if (wanted.transfer_group && isCheckouts(simulator, call, intent))
    throw invalidRequest(
      "Some of the parameters you provided (transfer_group) cannot be used when modifying a PaymentIntent that was created by Checkout. You can try again without those parameters.",
    );
  return simulator.store.update("payment_intent", {
    ...intent,
    description: wanted.description ?? intent.description,
    metadata: mergeMetadata(intent.metadata, metadata),
    receipt_email: wanted.receipt_email ?? intent.receipt_email,
    shipping: shipping ? shippingOf(shipping) : intent.shipping,
    statement_descriptor: wanted.statement_descriptor ?? intent.statement_descriptor,
    statement_descriptor_suffix: wanted.statement_descriptor_suffix ?? intent.statement_descriptor_suffix,
    transfer_group: wanted.transfer_group ?? intent.transfer_group,
  });
};

import * as v from "valibot";
import { cardDeclined, invalidParam, invalidRequest } from "../api/errors.ts";
import { getOrThrow } from "../api/get_or_throw.ts";
import { assertNoParams, param, parse } from "../api/params.ts";
import type { Handler } from "../api/request.ts";
import { behaviourOf, paymentMethodOf } from "../payments/payment_methods.ts";
import { performAction } from "./actions.ts";

/* What Stripe's own payment page asks, and `stripe trigger checkout.session.completed`: it is in no documentation, and only
 * as far as that command goes. Stripe answers with more than the session. */

/** `GET /v1/payment_pages/:session` */
export const retrievePaymentPage: Handler = ({ params, path, scope }, simulator) => {
  assertNoParams(params);
  return getOrThrow(simulator, "checkout.session", scope, path("session"));
};

const Confirm = v.strictObject({ expected_amount: param.integer(0), payment_method: param.text() });

/** `POST /v1/payment_pages/:session/confirm`: pays as its buyer would. */
export const confirmPaymentPage: Handler = ({ cause, params, path, scope }, simulator) => {
  const session = getOrThrow(simulator, "checkout.session", scope, path("session"));
  const wanted = parse(Confirm, params);
  if (session.status !== "open")
    throw invalidRequest(`This Checkout Session has a status of \`${session.status}\`: it cannot be paid.`);
  if (wanted.expected_amount !== session.amount_total)
    throw invalidParam("expected_amount", `The amount of this Checkout Session is ${session.amount_total}.`);
  const method = paymentMethodOf(simulator, scope, wanted.payment_method);
  const { declined } = behaviourOf(simulator, method);
  const email = method.billing_details.email ?? undefined;
  const after = performAction(simulator, session.id, declined ? "decline" : "pay", { cause, email, method });
  return declined ? cardDeclined(declined) : after;
};

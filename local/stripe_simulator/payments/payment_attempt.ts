import type Stripe from "stripe";
import type { Scope } from "../core/objects.ts";
import { type PendingEvent, pendingEvent } from "../events/emit.ts";
import { accountTime } from "../state/clock.ts";
import type { Simulator } from "../state/simulator.ts";
import { chargeOf } from "./charges.ts";
import { openDispute } from "./dispute_case.ts";
import { settleCharge } from "./fees.ts";
import { behaviourOf } from "./payment_methods.ts";

/** Paying a PaymentIntent. Each step stores its objects and returns its events, for the caller to emit together. */

export interface Place {
  simulator: Simulator;
  scope: Scope;
}

export interface Payment {
  intent: Stripe.PaymentIntent;
  charge: Stripe.Charge;
  events: PendingEvent[];
}

/** One attempt to pay.
 *  @param email the buyer's, if the payment method has none */
export function startAttempt(
  { simulator, scope }: Place,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  email: string | null = null,
): Payment {
  const created = accountTime(simulator, scope.account);
  const charge = simulator.store.insert("charge", scope, chargeOf(intent, method, { email, created }));
  return { intent, charge, events: [] };
}

/** @param method what was paid with; a bank debit, which succeeds later, behaves as any */
export function succeed(
  { simulator, scope }: Place,
  payment: Payment,
  method?: Stripe.PaymentMethod,
): Payment {
  const { bypassesPending = false } = method ? behaviourOf(simulator, method) : {};
  const charge = simulator.store.update("charge", {
    ...payment.charge,
    amount_captured: payment.charge.amount,
    balance_transaction: settleCharge(simulator, scope, payment.charge, { atOnce: bypassesPending }),
    captured: true,
    outcome: outcome("approved_by_network", "authorized", "Payment complete."),
    paid: true,
    status: "succeeded",
  });
  const intent = simulator.store.update("payment_intent", {
    ...payment.intent,
    amount_received: charge.amount,
    last_payment_error: null,
    latest_charge: charge.id,
    payment_method: charge.payment_method,
    status: "succeeded",
  });
  const events = [pendingEvent("charge.succeeded", charge), pendingEvent("payment_intent.succeeded", intent)];
  return { intent, charge, events: [...payment.events, ...events] };
}

/** A bank debit is processing. Its charge exists from the start, as at Stripe. */
export function process({ simulator }: Place, payment: Payment): Payment {
  const intent = simulator.store.update("payment_intent", {
    ...payment.intent,
    last_payment_error: null,
    latest_charge: payment.charge.id,
    payment_method: payment.charge.payment_method,
    status: "processing",
  });
  const events = [
    pendingEvent("charge.pending", payment.charge),
    pendingEvent("payment_intent.processing", intent),
  ];
  return { ...payment, intent, events: [...payment.events, ...events] };
}

/** @param error Stripe's code and the message that the buyer sees */
export function fail(
  { simulator }: Place,
  payment: Payment,
  error: Stripe.PaymentIntent.LastPaymentError & { code: string; message: string },
): Payment {
  const charge = simulator.store.update("charge", {
    ...payment.charge,
    failure_code: error.code,
    failure_message: error.message,
    outcome: outcome("declined_by_network", "issuer_declined", error.message),
    status: "failed",
  });
  const intent = simulator.store.update("payment_intent", {
    ...payment.intent,
    last_payment_error: { ...error, charge: charge.id },
    latest_charge: charge.id,
    payment_method: null,
    status: "requires_payment_method",
  });
  const events = [
    pendingEvent("charge.failed", charge),
    pendingEvent("payment_intent.payment_failed", intent),
  ];
  return { intent, charge, events: [...payment.events, ...events] };
}

/** What a test card does after it has paid, once its events are told. */
export function followUp(
  { simulator, scope }: Place,
  { charge }: Payment,
  method: Stripe.PaymentMethod,
): void {
  const { dispute } = behaviourOf(simulator, method);
  if (dispute) openDispute(simulator, scope, charge.id, dispute);
}

const outcome = (network_status: string, type: string, seller_message: string): Stripe.Charge.Outcome => ({
  advice_code: null,
  network_advice_code: null,
  network_decline_code: null,
  network_status,
  reason: null,
  risk_level: "normal",
  risk_score: 20,
  seller_message,
  type,
});

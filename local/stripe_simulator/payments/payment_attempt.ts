import type Stripe from "stripe";
import type { Scope } from "../core/objects.ts";
import { type PendingEvent, pendingEvent } from "../events/emit.ts";
import { accountTime } from "../state/clock.ts";
import type { Simulator } from "../state/simulator.ts";
import { chargeOf } from "./charges.ts";
import { settleCharge } from "./fees.ts";
import { paymentDetailsOf } from "./payment_details.ts";
import { newPaymentIntent } from "./payment_intents.ts";

/** Paying a Checkout Session. Each step stores its objects and returns its events, for the caller to emit together. */

export interface Buyer {
  simulator: Simulator;
  scope: Scope;
  session: Stripe.Checkout.Session;
  email: string;
}

export interface Payment {
  intent: Stripe.PaymentIntent;
  charge: Stripe.Charge;
  events: PendingEvent[];
}

/** One attempt to pay. The first one creates the PaymentIntent. */
export function startPayment({ simulator, scope, session, email }: Buyer, method: string): Payment {
  const known = typeof session.payment_intent === "string" ? session.payment_intent : "";
  let intent = simulator.store.get("payment_intent", scope, known);
  const events: PendingEvent[] = [];
  const created = accountTime(simulator, scope.account);
  if (!intent) {
    intent = newPaymentIntent(session, paymentDetailsOf(simulator, session), created);
    simulator.store.insert("payment_intent", scope, intent);
    events.push(pendingEvent("payment_intent.created", intent));
  }
  const charge = simulator.store.insert("charge", scope, chargeOf(intent, { method, email, created }));
  return { intent, charge, events };
}

/** The attempt whose bank debit is processing. */
export function pendingPayment({ simulator, scope, session }: Buyer): Payment {
  const intent = simulator.store.get("payment_intent", scope, String(session.payment_intent));
  const charge = intent && simulator.store.get("charge", scope, String(intent.latest_charge));
  if (!intent || !charge) throw new Error(`the payment of ${session.id} is lost`);
  return { intent, charge, events: [] };
}

export function succeed({ simulator, scope }: Buyer, payment: Payment): Payment {
  const charge = simulator.store.update("charge", {
    ...payment.charge,
    amount_captured: payment.charge.amount,
    balance_transaction: settleCharge(simulator, scope, payment.charge),
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
export function process({ simulator }: Buyer, payment: Payment): Payment {
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
  { simulator }: Buyer,
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

const outcome = (network_status: string, type: string, seller_message: string): Stripe.Charge.Outcome => ({
  advice_code: null,
  network_advice_code: null,
  network_decline_code: null,
  network_status,
  reason: null,
  seller_message,
  type,
});

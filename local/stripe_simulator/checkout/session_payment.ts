import type Stripe from "stripe";
import { pendingEvent } from "../events/emit.ts";
import { shippingOf } from "../payments/addresses.ts";
import { newPaymentIntent } from "../payments/new_payment_intent.ts";
import { type Payment, type Place, startAttempt } from "../payments/payment_attempt.ts";
import { paymentDetailsOf } from "../payments/payment_details.ts";
import { accountTime } from "../state/clock.ts";

/** Who pays a Checkout Session. */
export interface Buyer extends Place {
  session: Stripe.Checkout.Session;
  email: string;
}

/** One attempt to pay. The first one creates the PaymentIntent. */
export function startPayment(buyer: Buyer, method: Stripe.PaymentMethod): Payment {
  const { simulator, scope, session, email } = buyer;
  const known = simulator.store.get("payment_intent", scope, String(session.payment_intent));
  if (known) return startAttempt(buyer, known, method, email);
  const intent = simulator.store.insert("payment_intent", scope, intentOf(buyer));
  const created = pendingEvent("payment_intent.created", intent);
  return { ...startAttempt(buyer, intent, method, email), events: [created] };
}

function intentOf({ simulator, scope, session }: Buyer): Stripe.PaymentIntent {
  const details = paymentDetailsOf(simulator, session);
  return newPaymentIntent({
    amount: session.amount_total ?? 0,
    created: accountTime(simulator, scope.account),
    currency: session.currency ?? "usd",
    description: details.description ?? null,
    livemode: session.livemode,
    metadata: details.metadata ?? {},
    payment_method_types: session.payment_method_types,
    receipt_email: details.receipt_email ?? null,
    shipping: details.shipping ? shippingOf(details.shipping) : null,
    statement_descriptor: details.statement_descriptor ?? null,
    statement_descriptor_suffix: details.statement_descriptor_suffix ?? null,
    transfer_group: details.transfer_group ?? null,
  });
}

/** The attempt whose bank debit is processing. */
export function pendingPayment({ simulator, scope, session }: Buyer): Payment {
  const intent = simulator.store.get("payment_intent", scope, String(session.payment_intent));
  const charge = intent && simulator.store.get("charge", scope, String(intent.latest_charge));
  if (!intent || !charge) throw new Error(`the payment of ${session.id} is lost`);
  return { intent, charge, events: [] };
}

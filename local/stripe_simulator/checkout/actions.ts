import type Stripe from "stripe";
import * as v from "valibot";
import { invalidRequest, resourceMissing } from "../api/errors.ts";
import { type Cause, noRequest } from "../core/cause.ts";
import { emit, type PendingEvent, pendingEvent } from "../events/emit.ts";
import { fail, followUp, type Payment, process, succeed } from "../payments/payment_attempt.ts";
import { addPaymentMethod, behaviourOf } from "../payments/payment_methods.ts";
import type { Simulator } from "../state/simulator.ts";
import { type Buyer, pendingPayment, startPayment } from "./session_payment.ts";

/** What a buyer, their bank or the seller can do to a Checkout Session. */
export const Action = v.picklist(["pay", "decline", "pay_later", "bank_pays", "bank_refuses", "expire"]);

export type Action = v.InferOutput<typeof Action>;

type Session = Stripe.Checkout.Session;

interface ActionContext extends Buyer {
  cause: Cause;
  /** What to pay with; without it, a card or a bank debit that does what the action says. */
  method?: Stripe.PaymentMethod | undefined;
}

/** The buyer in Stripe's own documentation; used when no address is given. */
const DEFAULT_EMAIL = "jenny.rosen@example.com";

/** The only way to change a session's status: pages, API, timers and tests all use it. */
export function performAction(
  simulator: Simulator,
  id: string,
  action: Action,
  {
    cause = noRequest,
    email = DEFAULT_EMAIL,
    method,
  }: { cause?: Cause; email?: string | undefined; method?: Stripe.PaymentMethod } = {},
): Session {
  return simulator.store.transaction(() => {
    const found = simulator.store.find("checkout.session", id);
    if (!found) throw resourceMissing("checkout.session", id, "session");
    const { scope, object: session } = found;
    const buyer = { simulator, scope, session, email: session.customer_email ?? email };
    return ACTIONS[action]({ ...buyer, cause, method });
  });
}

const ACTIONS: Record<Action, (context: ActionContext) => Session> = {
  pay(context) {
    if (context.session.status === "complete") return context.session; // a double click pays once
    assertOpen(context.session, "paid");
    // https://docs.stripe.com/payments/checkout/no-cost-orders
    if (context.session.amount_total === 0) return completeSession(context, undefined, "no_payment_required");
    const method = pickMethod(context, isCard, "card");
    const payment = succeed(context, startPayment(context, method), method);
    const session = completeSession(context, payment, "paid");
    followUp(context, payment, method);
    return session;
  },

  decline(context) {
    assertOpen(context.session, "paid");
    const method = pickMethod(context, isCard, "card");
    const { declined } = behaviourOf(context.simulator, method);
    const { intent, events } = fail(context, startPayment(context, method), {
      ...CARD_DECLINED,
      ...declined,
    });
    return updateSession(context, { payment_intent: intent.id }, () => events);
  },

  pay_later(context) {
    if (context.session.status === "complete") return context.session;
    assertOpen(context.session, "paid");
    const payment = process(context, startPayment(context, pickMethod(context, isBankDebit, "bank debit")));
    return completeSession(context, payment, "unpaid");
  },

  bank_pays(context) {
    assertWaitingForBank(context);
    const { events } = succeed(context, pendingPayment(context));
    return updateSession(context, { payment_status: "paid" }, (session) => [
      ...events,
      pendingEvent("checkout.session.async_payment_succeeded", session),
    ]);
  },

  bank_refuses(context) {
    assertWaitingForBank(context);
    const { events } = fail(context, pendingPayment(context), DEBIT_FAILED);
    return updateSession(context, {}, (session) => [
      ...events,
      pendingEvent("checkout.session.async_payment_failed", session),
    ]);
  },

  expire(context) {
    assertOpen(context.session, "expired");
    return updateSession(context, { status: "expired", url: null }, (session) => [
      pendingEvent("checkout.session.expired", session),
    ]);
  },
};

/** The job that expires a session that was not paid in time. */
export function expireSession(simulator: Simulator, id: string): void {
  if (simulator.store.find("checkout.session", id)?.object.status === "open")
    performAction(simulator, id, "expire");
}

/** Whether a debit of this session is processing, so that the bank can still accept or refuse it. */
export function isWaitingForBank({ store }: Simulator, session: Session): boolean {
  if (session.status !== "complete" || session.payment_status !== "unpaid") return false;
  return store.find("payment_intent", String(session.payment_intent))?.object.status === "processing";
}

export const isCard = (name: string) => name === "card";
export const isBankDebit = (name: string) => name !== "card";

function pickMethod(
  { simulator, scope, session, method }: ActionContext,
  wanted: (name: string) => boolean,
  what: string,
): Stripe.PaymentMethod {
  const name = session.payment_method_types.find(wanted);
  if (!name)
    throw invalidRequest(`This Checkout Session does not take a ${what}: ${session.payment_method_types}.`);
  return method ?? addPaymentMethod(simulator, scope, name);
}

function completeSession(
  context: ActionContext,
  payment: Payment | undefined,
  payment_status: Stripe.Checkout.Session.PaymentStatus,
): Session {
  const details = {
    customer_details: customerDetails(context.email),
    payment_intent: payment?.intent.id ?? null,
  };
  return updateSession(context, { ...details, payment_status, status: "complete", url: null }, (session) => [
    ...(payment?.events ?? []),
    pendingEvent("checkout.session.completed", session),
  ]);
}

function updateSession(
  context: ActionContext,
  fields: Partial<Session>,
  events: (session: Session) => PendingEvent[],
): Session {
  const session = context.simulator.store.update("checkout.session", { ...context.session, ...fields });
  emit(context.simulator, context.scope, context.cause, events(session));
  return session;
}

function assertOpen({ status }: Session, done: string): void {
  if (status !== "open")
    throw invalidRequest(
      `Only Checkout Sessions with a status in ["open"] can be ${done}. This Checkout Session has a status of \`${status}\`.`,
    );
}

function assertWaitingForBank({ simulator, session }: ActionContext): void {
  if (!isWaitingForBank(simulator, session))
    throw invalidRequest("No bank debit of this Checkout Session is waiting for an answer.");
}

export const customerDetails = (email: string): Session["customer_details"] => ({
  address: null,
  business_name: null,
  email,
  individual_name: null,
  name: null,
  phone: null,
  tax_exempt: "none",
  tax_ids: [],
});

/** https://docs.stripe.com/declines/codes */
const CARD_DECLINED = {
  type: "card_error",
  code: "card_declined",
  decline_code: "generic_decline",
  doc_url: "https://stripe.com/docs/error-codes/card-declined",
  message: "Your card was declined.",
} as const;

/** https://docs.stripe.com/payments/ach-direct-debit#failed-payments */
const DEBIT_FAILED = {
  type: "invalid_request_error",
  code: "payment_intent_payment_attempt_failed",
  doc_url: "https://stripe.com/docs/error-codes/payment-intent-payment-attempt-failed",
  message: "The customer's account has insufficient funds to cover this payment.",
} as const;

import type Stripe from "stripe";
import * as v from "valibot";
import { missingObject, notPossible } from "../api/errors.ts";
import { type Cause, noRequest } from "../core/cause.ts";
import { emit, type Happening, happened } from "../events/emit.ts";
import {
  type Buyer,
  fail,
  type Payment,
  process,
  startPayment,
  succeed,
  waitingPayment,
} from "../payments/payment_attempt.ts";
import type { Simulator } from "../state/simulator.ts";

/** What a buyer, their bank or the seller can do to a Checkout Session. */
export const Action = v.picklist(["pay", "decline", "pay_later", "bank_pays", "bank_refuses", "expire"]);

export type Action = v.InferOutput<typeof Action>;

type Session = Stripe.Checkout.Session;

interface Turn extends Buyer {
  cause: Cause;
}

/** The buyer of Stripe's own documentation, for whoever types no address. */
const JENNY = "jenny.rosen@example.com";

/** The one way in which a session changes: pages, API, timers and tests all come through here. */
export function act(
  simulator: Simulator,
  id: string,
  action: Action,
  { cause = noRequest, email = JENNY }: { cause?: Cause; email?: string | undefined } = {},
): Session {
  return simulator.store.transaction(() => {
    const found = simulator.store.find("checkout.session", id);
    if (!found) throw missingObject("checkout.session", id, "session");
    const { scope, object: session } = found;
    return ACTIONS[action]({ simulator, scope, cause, session, email: session.customer_email ?? email });
  });
}

const ACTIONS: Record<Action, (turn: Turn) => Session> = {
  pay(turn) {
    if (turn.session.status === "complete") return turn.session; // a double click pays once
    mustBeOpen(turn.session, "paid");
    const payment = succeed(turn, startPayment(turn, method(turn.session, isCard, "card")));
    return complete(turn, payment, "paid");
  },

  decline(turn) {
    mustBeOpen(turn.session, "paid");
    const { intent, events } = fail(
      turn,
      startPayment(turn, method(turn.session, isCard, "card")),
      CARD_DECLINED,
    );
    return change(turn, { payment_intent: intent.id }, () => events);
  },

  pay_later(turn) {
    if (turn.session.status === "complete") return turn.session;
    mustBeOpen(turn.session, "paid");
    const payment = process(turn, startPayment(turn, method(turn.session, isBankDebit, "bank debit")));
    return complete(turn, payment, "unpaid");
  },

  bank_pays(turn) {
    mustWaitForBank(turn);
    const { events } = succeed(turn, waitingPayment(turn));
    return change(turn, { payment_status: "paid" }, (session) => [
      ...events,
      happened("checkout.session.async_payment_succeeded", session),
    ]);
  },

  bank_refuses(turn) {
    mustWaitForBank(turn);
    const { events } = fail(turn, waitingPayment(turn), DEBIT_REFUSED);
    return change(turn, {}, (session) => [
      ...events,
      happened("checkout.session.async_payment_failed", session),
    ]);
  },

  expire(turn) {
    mustBeOpen(turn.session, "expired");
    return change(turn, { status: "expired", url: null }, (session) => [
      happened("checkout.session.expired", session),
    ]);
  },
};

/** The job that ends a session which nobody paid in time. */
export function expireOverdue(simulator: Simulator, id: string): void {
  if (simulator.store.find("checkout.session", id)?.object.status === "open") act(simulator, id, "expire");
}

/** Whether a debit of this session is under way, so that its bank can still answer. */
export function waitsForBank({ store }: Simulator, session: Session): boolean {
  if (session.status !== "complete" || session.payment_status !== "unpaid") return false;
  return store.find("payment_intent", String(session.payment_intent))?.object.status === "processing";
}

export const isCard = (name: string) => name === "card";
export const isBankDebit = (name: string) => name !== "card";

function method(session: Session, wanted: (name: string) => boolean, what: string): string {
  const name = session.payment_method_types.find(wanted);
  if (!name)
    throw notPossible(`This Checkout Session does not take a ${what}: ${session.payment_method_types}.`);
  return name;
}

function complete(turn: Turn, { intent, events }: Payment, payment_status: "paid" | "unpaid"): Session {
  const details = { customer_details: customerDetails(turn.email), payment_intent: intent.id };
  return change(turn, { ...details, payment_status, status: "complete", url: null }, (session) => [
    ...events,
    happened("checkout.session.completed", session),
  ]);
}

function change(turn: Turn, fields: Partial<Session>, events: (session: Session) => Happening[]): Session {
  const session = turn.simulator.store.update("checkout.session", { ...turn.session, ...fields });
  emit(turn.simulator, turn.scope, turn.cause, events(session));
  return session;
}

function mustBeOpen({ status }: Session, done: string): void {
  if (status !== "open")
    throw notPossible(
      `Only Checkout Sessions with a status in ["open"] can be ${done}. This Checkout Session has a status of \`${status}\`.`,
    );
}

function mustWaitForBank({ simulator, session }: Turn): void {
  if (!waitsForBank(simulator, session))
    throw notPossible("No bank debit of this Checkout Session is waiting for an answer.");
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
const DEBIT_REFUSED = {
  type: "invalid_request_error",
  code: "payment_intent_payment_attempt_failed",
  doc_url: "https://stripe.com/docs/error-codes/payment-intent-payment-attempt-failed",
  message: "The customer's account has insufficient funds to cover this payment.",
} as const;

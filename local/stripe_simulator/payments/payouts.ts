import type Stripe from "stripe";
import * as v from "valibot";
import { invalidRequest } from "../api/errors.ts";
import { getOrThrow } from "../api/get_or_throw.ts";
import { listPage, whereField } from "../api/lists.ts";
import { param, parse } from "../api/params.ts";
import type { Handler } from "../api/request.ts";
import { retrieve } from "../api/retrieve.ts";
import { noRequest } from "../core/cause.ts";
import { newId } from "../core/ids.ts";
import type { Scope } from "../core/objects.ts";
import { emit, pendingEvent } from "../events/emit.ts";
import { accountTime } from "../state/clock.ts";
import type { Simulator } from "../state/simulator.ts";
import type { Condition } from "../state/store.ts";
import { availableIn, record } from "./ledger.ts";

/* Payouts arrive at once. An automatic one pays out all that is available, and Stripe tells which balance transactions that
 * was; of a manual one it does not (https://docs.stripe.com/payouts/reconciliation). */

export const NewPayout = v.strictObject({
  /** Of a manual payout. */
  amount: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
  currency: v.pipe(v.string(), v.length(3)),
});

export function payOut(
  simulator: Simulator,
  scope: Scope,
  { amount, currency }: v.InferOutput<typeof NewPayout>,
): Stripe.Payout {
  return simulator.store.transaction(() => {
    const available = availableIn(simulator, scope, currency);
    const paid = amount ?? available;
    if (paid <= 0 || paid > available)
      throw invalidRequest(
        `You have insufficient funds in your Stripe account for this transfer. Your ${currency.toUpperCase()} balance is too low.`,
        { code: "balance_insufficient" },
      );
    return makePayout(simulator, scope, { amount: paid, currency, automatic: amount === undefined });
  });
}

type Wanted = Pick<Stripe.Payout, "amount" | "currency" | "automatic">;

/** Whatever the balance is. Call it in a transaction. */
export function makePayout(simulator: Simulator, scope: Scope, wanted: Wanted): Stripe.Payout {
  const payout = insertPayout(simulator, scope, wanted);
  if (payout.automatic) assign(simulator, scope, payout);
  emit(simulator, scope, noRequest, [
    pendingEvent("payout.created", { ...payout, ...IN_TRANSIT }),
    pendingEvent("payout.paid", payout),
    ...(payout.automatic ? [pendingEvent("payout.reconciliation_completed", payout)] : []),
  ]);
  return payout;
}

const IN_TRANSIT = {
  reconciliation_status: "in_progress",
  status: "in_transit",
  trace_id: { status: "pending", value: null },
} satisfies Partial<Stripe.Payout>;

function insertPayout(simulator: Simulator, scope: Scope, wanted: Wanted): Stripe.Payout {
  const { amount, currency, automatic } = wanted;
  const id = newId.payout();
  const transaction = record(simulator, scope, {
    type: "payout",
    reporting_category: "payout",
    source: id,
    amount: -amount,
    currency,
    description: "STRIPE PAYOUT",
  });
  const created = accountTime(simulator, scope.account);
  return simulator.store.insert("payout", scope, {
    id,
    object: "payout",
    amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: created,
    automatic,
    balance_transaction: transaction.id,
    created,
    currency,
    description: automatic ? "STRIPE PAYOUT" : null,
    destination: null,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: scope.livemode,
    metadata: {},
    method: "standard",
    original_payout: null,
    payout_method: null,
    reconciliation_status: automatic ? "completed" : "not_applicable",
    reversed_by: null,
    source_type: "card",
    statement_descriptor: null,
    status: "paid",
    trace_id: { status: "unsupported", value: null },
    type: "bank_account",
  });
}

/** All that is available and was in no payout is in this one, and so is what it takes from the balance itself. */
function assign({ store }: Simulator, { account, livemode }: Scope, { id, currency }: Stripe.Payout): void {
  store.run(
    `INSERT INTO paid_out (balance_transaction, payout)
     SELECT id, ? FROM objects
     WHERE object = 'balance_transaction' AND account = ? AND livemode = ?
       AND body ->> '$.currency' = ? AND body ->> '$.status' = 'available'
       AND NOT EXISTS (SELECT 1 FROM paid_out WHERE balance_transaction = objects.id)`,
    id,
    account,
    Number(livemode),
    currency,
  );
}

/** The balance transactions that a payout was made of. */
export const wherePaidOut = (payout: string | undefined): Condition[] =>
  payout === undefined
    ? []
    : [{ sql: "id IN (SELECT balance_transaction FROM paid_out WHERE payout = ?)", values: [payout] }];

/** The bank sends a payout back. */
export function failPayout(simulator: Simulator, scope: Scope, id: string): Stripe.Payout {
  return simulator.store.transaction(() => {
    const before = getOrThrow(simulator, "payout", scope, id);
    if (before.status !== "paid")
      throw invalidRequest(`The payout ${id} has a status of ${before.status}: it cannot fail.`);
    const transaction = record(simulator, scope, {
      type: "payout_failure",
      reporting_category: "payout_reversal",
      source: id,
      amount: before.amount,
      currency: before.currency,
      description: "PAYOUT FAILURE",
    });
    const payout = simulator.store.update("payout", {
      ...before,
      failure_balance_transaction: transaction.id,
      failure_code: "account_closed",
      failure_message: "The bank account has been closed.",
      status: "failed",
    });
    emit(simulator, scope, noRequest, [pendingEvent("payout.failed", payout)]);
    return payout;
  });
}

export const retrievePayout = retrieve("payout");

const ListPayouts = v.strictObject({
  ...param.paging,
  created: v.optional(param.range),
  status: v.optional(param.text()),
});

/** https://docs.stripe.com/api/payouts/list */
export const listPayouts: Handler = ({ params, scope }, simulator) => {
  const { created, status, ...paging } = parse(ListPayouts, params);
  const where = whereField("status", status);
  return listPage(simulator, scope, { kind: "payout", url: "/v1/payouts", created, where }, paging);
};

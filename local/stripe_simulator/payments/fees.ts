import type Stripe from "stripe";
import { noRequest } from "../core/cause.ts";
import type { Scope } from "../core/objects.ts";
import { emit, pendingEvent } from "../events/emit.ts";
import { accountTime } from "../state/clock.ts";
import { faultsOf } from "../state/faults.ts";
import { addJob } from "../state/jobs.ts";
import type { Simulator } from "../state/simulator.ts";
import { record } from "./ledger.ts";
import { feeOf, settle } from "./settlement.ts";

/** How long after the payment a fee is known, by the real clock; at Stripe it is up to an hour. */
const LATE_FEE_MS = 500;

/** Settles a successful charge, or schedules it, since fees are late by default
 *  (https://docs.stripe.com/payments/payment-intents/asynchronous-capture).
 *  @param atOnce for the card whose funds bypass what is pending
 *  @returns the balance transaction's id; null if it is late */
export function settleCharge(
  simulator: Simulator,
  scope: Scope,
  charge: Stripe.Charge,
  { atOnce }: { atOnce: boolean },
): string | null {
  if (atOnce || !faultsOf(simulator, scope.account).late_fee)
    return settleNow(simulator, scope, charge, { atOnce });
  addJob(simulator, "settle late fee", charge.id, Date.now() + LATE_FEE_MS);
  return null;
}

/** The job of a late fee. */
export function settleLateFee(simulator: Simulator, chargeId: string): void {
  const found = simulator.store.find("charge", chargeId);
  if (!found || found.object.balance_transaction) return;
  const balance_transaction = settleNow(simulator, found.scope, found.object, { atOnce: false });
  const charge = simulator.store.update("charge", { ...found.object, balance_transaction });
  emit(simulator, found.scope, noRequest, [
    pendingEvent("charge.updated", charge, { balance_transaction: null }),
  ]);
}

const DAY_SECONDS = 24 * 60 * 60;

/** Two days later, at midnight: money becomes available day by day (https://docs.stripe.com/payouts#payout-speed). */
const availableOn = (now: number) => (Math.floor(now / DAY_SECONDS) + 2) * DAY_SECONDS;

function settleNow(
  simulator: Simulator,
  scope: Scope,
  charge: Stripe.Charge,
  { atOnce }: { atOnce: boolean },
): string {
  const now = accountTime(simulator, scope.account);
  const settled = settle(simulator, scope, charge.amount, charge.currency);
  return record(simulator, scope, {
    ...settled,
    type: charge.id.startsWith("py_") ? "payment" : "charge",
    reporting_category: "charge",
    source: charge.id,
    description: charge.description,
    fee: { amount: feeOf(simulator, scope, charge, settled), description: "Stripe processing fees" },
    available_on: atOnce ? now : availableOn(now),
  }).id;
}

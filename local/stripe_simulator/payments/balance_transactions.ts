import type Stripe from "stripe";
import { retrieve } from "../api/retrieve.ts";
import { noRequest } from "../core/cause.ts";
import { nowSeconds } from "../core/clock.ts";
import { newId } from "../core/ids.ts";
import type { Scope } from "../core/objects.ts";
import { emit, pendingEvent } from "../events/emit.ts";
import { faultsOf } from "../state/faults.ts";
import { addJob } from "../state/jobs.ts";
import type { Simulator } from "../state/simulator.ts";

export const retrieveBalanceTransaction = retrieve("balance_transaction");

/** Settles the fee of a successful charge, or schedules it if the `late_fee` fault is on.
 *  @returns the balance transaction's id; null if it is late */
export function settleFee(simulator: Simulator, scope: Scope, charge: Stripe.Charge): string | null {
  if (!faultsOf(simulator, scope.account).late_fee) return settleNow(simulator, scope, charge);
  addJob(simulator, "settle late fee", charge.id, Date.now() + LATE_FEE_MS);
  return null;
}

/** How long after the payment a late fee is settled. */
const LATE_FEE_MS = 1_000;

/** The job of the `late_fee` fault (https://docs.stripe.com/payments/payment-intents/asynchronous-capture). */
export function settleLateFee(simulator: Simulator, chargeId: string): void {
  const found = simulator.store.find("charge", chargeId);
  if (!found || found.object.balance_transaction) return;
  const balance_transaction = settleNow(simulator, found.scope, found.object);
  const charge = simulator.store.update("charge", { ...found.object, balance_transaction });
  emit(simulator, found.scope, noRequest, [
    pendingEvent("charge.updated", charge, { balance_transaction: null }),
  ]);
}

const settleNow = ({ store }: Simulator, scope: Scope, charge: Stripe.Charge): string =>
  store.insert("balance_transaction", scope, newBalanceTransaction(charge)).id;

const AVAILABLE_AFTER_SECONDS = 2 * 24 * 60 * 60;

/** Stripe's fee for cards in the US: 2.9 % and 30 of the smallest unit (https://stripe.com/pricing). */
function newBalanceTransaction(charge: Stripe.Charge): Stripe.BalanceTransaction {
  const fee = Math.round(charge.amount * 0.029) + 30;
  return {
    id: newId.balanceTransaction(),
    object: "balance_transaction",
    amount: charge.amount,
    available_on: nowSeconds() + AVAILABLE_AFTER_SECONDS,
    balance_type: "payments",
    created: nowSeconds(),
    currency: charge.currency,
    description: charge.description,
    exchange_rate: null,
    fee,
    fee_details: [
      {
        amount: fee,
        application: null,
        currency: charge.currency,
        description: "Stripe processing fees",
        type: "stripe_fee",
      },
    ],
    net: charge.amount - fee,
    reporting_category: "charge",
    source: charge.id,
    status: "pending",
    type: charge.id.startsWith("py_") ? "payment" : "charge",
  };
}

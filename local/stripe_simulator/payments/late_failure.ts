import type Stripe from "stripe";
import { invalidRequest } from "../api/errors.ts";
import { getOrThrow } from "../api/get_or_throw.ts";
import { noRequest } from "../core/cause.ts";
import type { Scope } from "../core/objects.ts";
import { emit, pendingEvent } from "../events/emit.ts";
import type { Simulator } from "../state/simulator.ts";
import { record } from "./ledger.ts";

/** The bank takes a payment back after it has succeeded. Stripe keeps its fee, and reverses no transfer. */
export function failLate(simulator: Simulator, scope: Scope, chargeId: string): Stripe.Charge {
  return simulator.store.transaction(() => {
    const before = getOrThrow(simulator, "charge", scope, chargeId);
    const settled = simulator.store.get("balance_transaction", scope, String(before.balance_transaction));
    if (before.status !== "succeeded" || before.source_transfer || !settled)
      throw invalidRequest(`The charge ${chargeId} cannot fail: it must have succeeded, and be settled.`);
    const { id: failure_balance_transaction } = record(simulator, scope, {
      type: "payment_failure_refund",
      reporting_category: "charge_failure",
      source: before.id,
      amount: -settled.amount,
      currency: settled.currency,
      exchange_rate: settled.exchange_rate,
      description: "Payment failure",
    });
    const charge = simulator.store.update("charge", {
      ...before,
      failure_balance_transaction,
      failure_code: "debit_not_authorized",
      failure_message: "The customer has told their bank that this payment was unauthorized.",
      paid: false,
      status: "failed",
    });
    emit(simulator, scope, noRequest, [pendingEvent("charge.failed", charge)]);
    return charge;
  });
}

import type Stripe from "stripe";
import { assertNoParams } from "../api/params.ts";
import type { Handler } from "../api/request.ts";
import type { Scope } from "../core/objects.ts";
import type { Simulator } from "../state/simulator.ts";
import { availableIn, balanceOf, record, tellBalance } from "./ledger.ts";

/** https://docs.stripe.com/api/balance/balance_retrieve */
export const retrieveBalance: Handler = ({ params, scope }, simulator) => {
  assertNoParams(params);
  return balanceOf(simulator, scope);
};

/** Lets an account have exactly this at hand: the rest is paid out, or what lacks is topped up. */
export function setAvailable(
  simulator: Simulator,
  scope: Scope,
  amount: number,
  currency: string,
): Stripe.Balance {
  return simulator.store.transaction(() => {
    const difference = amount - availableIn(simulator, scope, currency);
    if (difference !== 0) {
      const type = difference < 0 ? "payout" : "topup";
      record(simulator, scope, {
        type,
        reporting_category: type,
        source: null,
        amount: difference,
        currency,
        description: difference < 0 ? "STRIPE PAYOUT" : "Top-up",
      });
    }
    if (difference > 0) tellBalance(simulator, scope);
    return balanceOf(simulator, scope);
  });
}

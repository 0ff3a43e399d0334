import type Stripe from "stripe";
import { assertNoParams } from "../api/params.ts";
import type { Handler } from "../api/request.ts";
import type { Scope } from "../core/objects.ts";
import type { Simulator } from "../state/simulator.ts";
import { availableIn, balanceOf, record, tellBalance } from "./ledger.ts";
import { makePayout } from "./payouts.ts";

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
    if (difference < 0) makePayout(simulator, scope, { amount: -difference, currency, automatic: false });
    if (difference > 0) {
      record(simulator, scope, {
        type: "topup",
        reporting_category: "topup",
        source: null,
        amount: difference,
        currency,
        description: "Top-up",
      });
      tellBalance(simulator, scope);
    }
    return balanceOf(simulator, scope);
  });
}

import type Stripe from "stripe";
import type { Scope } from "../core/objects.ts";
import { getAccount } from "../state/accounts.ts";
import { faultsOf } from "../state/faults.ts";
import type { Simulator } from "../state/simulator.ts";

/** An amount in the currency that it settles in, and what Stripe's `exchange_rate` says of it. */
interface Settled {
  amount: number;
  currency: string;
  exchange_rate: number | null;
}

/** What one of the smallest unit is in US cents. Any other currency counts as one cent. */
const CENTS: Record<string, number> = {
  aud: 0.65,
  cad: 0.73,
  chf: 1.13,
  eur: 1.0947,
  gbp: 1.27,
  jpy: 0.67,
  kwd: 0.32503,
};

/** An account settles in its own currency, unless its weather says otherwise
 *  (https://docs.stripe.com/currencies/conversions). A refund or dispute converts at the rate of its own day. */
export function settle(simulator: Simulator, scope: Scope, amount: number, currency: string): Settled {
  const set = faultsOf(simulator, scope.account).settlement;
  const own = set?.currency ?? getAccount(simulator, scope.account).default_currency ?? "usd";
  if (own === currency) return { amount, currency, exchange_rate: null };
  const exchange_rate = set?.rate ?? Number(((CENTS[currency] ?? 1) / (CENTS[own] ?? 1)).toPrecision(6));
  return { amount: Math.round(amount * exchange_rate), currency: own, exchange_rate };
}

/** Stripe's prices for cards, by the currency that the account settles in (https://stripe.com/pricing); a conversion
 *  costs one hundredth more. */
const CARD_FEES: Record<string, { share: number; fixed: number }> = {
  eur: { share: 0.015, fixed: 25 },
  gbp: { share: 0.015, fixed: 20 },
  jpy: { share: 0.036, fixed: 0 },
  usd: { share: 0.029, fixed: 30 },
};

const CONVERSION_SHARE = 0.01;

/** What Stripe keeps of a charge. A bank debit has its own price (https://stripe.com/pricing/local-payment-methods). */
export function feeOf(simulator: Simulator, scope: Scope, charge: Stripe.Charge, settled: Settled): number {
  const { amount, currency, exchange_rate } = settled;
  const set = faultsOf(simulator, scope.account).settlement;
  if (set?.fee !== undefined && exchange_rate !== null) return set.fee;
  const method = charge.payment_method_details?.type;
  if (method === "us_bank_account") return Math.min(500, Math.round(amount * 0.008));
  if (method === "sepa_debit") return 35;
  const { share, fixed } = CARD_FEES[currency] ?? { share: 0.029, fixed: 30 };
  const conversion = exchange_rate === null ? 0 : CONVERSION_SHARE;
  return Math.round(amount * (share + conversion)) + fixed;
}

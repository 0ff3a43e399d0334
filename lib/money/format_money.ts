import { CURRENCIES } from "../orders/stripe_limits.ts";

/**
 * An amount in the currency's smallest unit, for people. What that unit is goes by Stripe and not by Intl, which has no
 * decimals for HUF, COP or ISK, where Stripe has two: an amount would read a hundred times too large.
 */
export function formatMoney(amount: number, currency: string): string {
  const digits = CURRENCIES.get(currency)?.decimals ?? 2;
  const formatted = new Intl.NumberFormat("en", {
    style: "currency",
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    // Nothing is not less than nothing: what is left of a sum that was turned round may be -0.
    signDisplay: "negative",
  }).format(amount / 10 ** digits);
  return formatted.replace("-", "−"); // a minus sign, which Intl's "en" writes as a hyphen
}

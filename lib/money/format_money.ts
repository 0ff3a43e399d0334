/** Of these currencies Stripe counts whole ones, or thousandths (https://docs.stripe.com/currencies#zero-decimal, #three-decimal). */
const ZERO_DECIMAL = new Set("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split(" "));
const THREE_DECIMAL = new Set("bhd jod kwd omr tnd".split(" "));

/**
 * An amount in the currency's smallest unit, for people. What that unit is goes by Stripe and not by Intl, which has no
 * decimals for HUF, COP or ISK, where Stripe has two: an amount would read a hundred times too large.
 */
export function formatMoney(amount: number, currency: string): string {
  const digits = ZERO_DECIMAL.has(currency) ? 0 : THREE_DECIMAL.has(currency) ? 3 : 2;
  return new Intl.NumberFormat("en", {
    style: "currency",
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(amount / 10 ** digits);
}

import { CURRENCIES } from "../orders/stripe_limits.ts";

/**
 * What somebody typed, `6.50` or `6,50`, as an integer in the currency's smallest unit; undefined where it is no amount of
 * that currency.
 */
export function parseAmount(text: string, currency: string): number | undefined {
  const digits = CURRENCIES.get(currency)?.decimals ?? 2;
  const [, whole = "", fraction = ""] = /^(\d{1,12})(?:[.,](\d{1,3}))?$/.exec(text.trim()) ?? [];
  if (whole === "" || fraction.length > digits) return undefined;
  return Number(whole + fraction.padEnd(digits, "0"));
}

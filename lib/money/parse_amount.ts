import { CURRENCIES } from "../orders/stripe_limits.ts";

/**
 * What somebody typed, `6.50`, `6,50`, `$6.50` or `6.50 USD`, as an integer in the currency's smallest unit; undefined where
 * it is no amount of that currency.
 */
export function parseAmount(text: string, currency: string): number | undefined {
  const digits = decimalsOf(currency);
  const [, whole = "", fraction = ""] =
    /^(\d{1,12})(?:[.,](\d{1,3}))?$/.exec(withoutCurrency(text, currency)) ?? [];
  if (whole === "" || fraction.length > digits) return undefined;
  return Number(whole + fraction.padEnd(digits, "0"));
}

/** The same the other way round, as a field has it: `6.50`. */
export const typedAmount = (amount: number, currency: string): string =>
  (amount / 10 ** decimalsOf(currency)).toFixed(decimalsOf(currency));

const decimalsOf = (currency: string): number => CURRENCIES.get(currency)?.decimals ?? 2;

/** An amount that names another currency keeps its name, and is none. */
function withoutCurrency(text: string, currency: string): string {
  const typed = text.trim().toUpperCase();
  const name = namesOf(currency).find((each) => typed.startsWith(each) || typed.endsWith(each));
  if (name === undefined) return typed;
  return (typed.startsWith(name) ? typed.slice(name.length) : typed.slice(0, -name.length)).trim();
}

/** The longer before what it ends with: `CA$`, `$`, `CAD`. */
const namesOf = (currency: string): string[] =>
  (["symbol", "narrowSymbol", "code"] as const).map((currencyDisplay) =>
    new Intl.NumberFormat("en", { style: "currency", currency, currencyDisplay })
      .formatToParts(0)
      .filter(({ type }) => type === "currency")
      .map(({ value }) => value.toUpperCase())
      .join(""),
  );

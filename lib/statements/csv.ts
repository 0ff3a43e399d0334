import { CURRENCIES } from "../orders/stripe_limits.ts";

/** A text as a cell; an integer; or an amount in a currency's smallest unit, which is written in its decimals. */
export type Cell = string | number | null | undefined | { amount: number; currency: string };

/** Rows as CSV (RFC 4180), the first of them the headings. */
export const csv = (rows: readonly (readonly Cell[])[]): string =>
  rows.map((row) => `${row.map(cellOf).join(",")}\r\n`).join("");

function cellOf(cell: Cell): string {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "number") return String(cell);
  if (typeof cell === "object") return decimals(cell.amount, cell.currency);
  const text = harmless(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * A spreadsheet reads what begins so as a formula (OWASP, "CSV Injection"). Whoever names an Order or a Marketplace must not
 * reach into the computer of whoever opens the file. Amounts are ours, and stay numbers.
 */
const harmless = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

/** `-4.17`, by Stripe's count of the currency's decimals, without a detour over fractions. */
export function decimals(amount: number, currency: string): string {
  const digits = CURRENCIES.get(currency)?.decimals ?? 2;
  const text = String(Math.abs(amount)).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  return `${amount < 0 ? "-" : ""}${digits === 0 ? whole : `${whole}.${text.slice(-digits)}`}`;
}

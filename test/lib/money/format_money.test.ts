import { expect, it } from "vitest";
import { formatMoney } from "../../../lib/money/format_money.ts";

it.each([
  [5_850, "usd", "$58.50"],
  [0, "usd", "$0.00"],
  [-0, "usd", "$0.00"],
  [-850, "usd", "−$8.50"],
  [99_999_999, "eur", "€999,999.99"],
  [500, "jpy", "¥500"],
  [12_000, "xof", "F CFA 12,000"],
  [5_120, "kwd", "KWD 5.120"],
  // Intl has no decimals for these; Stripe does.
  [1_045, "huf", "HUF 10.45"],
  [500, "isk", "ISK 5.00"],
  [500, "ugx", "UGX 5.00"],
])("shows %i of %s as %s", (amount, currency, shown) => {
  expect(formatMoney(amount, currency).replace(/\s/gu, " ")).toBe(shown);
});

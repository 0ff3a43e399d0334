import { expect, it } from "vitest";
import { parseAmount, typedAmount } from "../../../lib/money/parse_amount.ts";

it.each([
  ["6.50", "usd", 650],
  [" 6,5 ", "usd", 650],
  ["$5", "usd", 500],
  ["5 USD", "usd", 500],
  ["usd 5.25", "usd", 525],
  ["€5", "eur", 500],
  ["5,00 €", "eur", 500],
  ["CA$5", "cad", 500],
  ["$5", "cad", 500],
  ["¥500", "jpy", 500],
  ["5.125", "kwd", 5_125],
  ["€5", "usd", undefined],
  ["5 EUR", "usd", undefined],
  ["CA$5", "usd", undefined],
  ["5.125", "usd", undefined],
  ["5.5", "jpy", undefined],
  ["-5", "usd", undefined],
  ["$", "usd", undefined],
  ["", "usd", undefined],
  ["a lot", "usd", undefined],
])("takes %j in %s as %s of the smallest unit", (text, currency, amount) => {
  expect(parseAmount(text, currency)).toBe(amount);
});

it.each([
  [650, "usd", "6.50"],
  [500, "jpy", "500"],
  [5_120, "kwd", "5.120"],
])("%i of %s stands in a field as %s", (amount, currency, typed) => {
  expect(typedAmount(amount, currency)).toBe(typed);
  expect(parseAmount(typed, currency)).toBe(amount);
});

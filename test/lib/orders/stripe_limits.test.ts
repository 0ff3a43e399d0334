import { describe, expect, it } from "vitest";
import { CURRENCIES, urlTrouble } from "../../../lib/orders/stripe_limits.ts";

/** A few rows, as they stand on Stripe's page "Supported currencies". */
it.each([
  ["usd", { decimals: 2, step: 1, smallest: 50, largestWithoutCard: 99_999_999 }],
  ["gbp", { decimals: 2, step: 1, smallest: 30, largestWithoutCard: 99_999_999 }],
  ["jpy", { decimals: 0, step: 1, smallest: 50, largestWithoutCard: 99_999_999 }],
  ["huf", { decimals: 2, step: 1, smallest: 17_500, largestWithoutCard: 99_999_999 }],
  ["twd", { decimals: 2, step: 1, smallest: 1, largestWithoutCard: 99_999_999 }],
  ["isk", { decimals: 2, step: 100, smallest: 100, largestWithoutCard: 99_999_999 }],
  ["ugx", { decimals: 2, step: 100, smallest: 100, largestWithoutCard: 99_999_999 }],
  ["kwd", { decimals: 3, step: 10, smallest: 10, largestWithoutCard: 99_999_999 }],
  ["idr", { decimals: 2, step: 1, smallest: 50, largestWithoutCard: 999_999_999_999 }],
  ["cop", { decimals: 2, step: 1, smallest: 50, largestWithoutCard: 9_999_999_999 }],
  ["inr", { decimals: 2, step: 1, smallest: 50, largestWithoutCard: 999_999_999 }],
])("has %s as Stripe has it", (code, limits) => {
  expect(CURRENCIES.get(code)).toEqual(limits);
});

it("has a smallest amount that can be paid, for every currency", () => {
  for (const { smallest, step } of CURRENCIES.values()) expect(smallest % step).toBe(0);
  expect(CURRENCIES.size).toBeGreaterThan(135);
});

describe("a URL to send a buyer to", () => {
  it.each([
    "https://shop.example",
    "HTTPS://shop.example:8443/",
    "https://[::1]:3000/a/b?c[]=d/e#f?g",
    "https://shop.example/?s={CHECKOUT_SESSION_ID}",
  ])("may be %s", (text) => {
    expect(urlTrouble(text)).toBeUndefined();
  });

  it.each([
    [`https://shop.example/${"x".repeat(5_000)}`, "too_long"],
    ["https://shop.example/é", "not_ascii"],
    ["https://shop.example/%zz", "not_a_url"],
    ["https://shop.example/{id}", "not_a_url"],
    ["https://shop.example:port/", "not_a_url"],
    ["ftp://shop.example/", "not_a_url"],
    ["", "not_a_url"],
  ])("may not be %s", (text, trouble) => {
    expect(urlTrouble(text)).toBe(trouble);
  });

  it("is judged at once, however it is made", () => {
    const started = performance.now();
    urlTrouble(`https://${"a.".repeat(2_400)}\\`);
    urlTrouble(`https://a/${"%2".repeat(2_400)}`);
    expect(performance.now() - started).toBeLessThan(100);
  });
});

import { expect, it } from "vitest";
import { csv, decimals } from "../../../lib/statements/csv.ts";

it("quotes what RFC 4180 wants quoted, and ends each row as it says", () => {
  expect(csv([["a", 'say "hi"', "b,c", "two\r\nlines", null, undefined, 7]])).toBe(
    'a,"say ""hi""","b,c","two\r\nlines",,,7\r\n',
  );
});

it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])("lets %j be no formula", (text) => {
  const [cell = ""] = csv([[text]]).split("\r\n");
  expect(cell.replace(/^"/, "")[0]).toBe("'");
  expect(csv([[text]])).toContain(text);
});

it("leaves amounts numbers, below zero, too", () => {
  expect(csv([[{ amount: -417, currency: "usd" }, -417]])).toBe("-4.17,-417\r\n");
});

it.each([
  [1215, "usd", "12.15"],
  [5, "usd", "0.05"],
  [-5, "usd", "-0.05"],
  [0, "usd", "0.00"],
  [1890, "jpy", "1890"],
  [18_900, "kwd", "18.900"],
  [12_345_678_901, "huf", "123456789.01"],
  [7, "unknown", "0.07"],
])("writes %i %s as %s", (amount, currency, text) => {
  expect(decimals(amount, currency)).toBe(text);
});

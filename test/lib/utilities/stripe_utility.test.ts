import * as v from "valibot";
import { expect, it } from "vitest";
import { utilityRow } from "../../../lib/dynamodb/keys.ts";
import { apiTokenContext, StripeUtility } from "../../../lib/utilities/stripe_utility.ts";

it("keys a Utility's row, and binds its token to that row", () => {
  expect(utilityRow("0b8f")).toBe("UTILITY#0b8f");
  expect(apiTokenContext("demo", "0b8f")).toEqual({ space: "demo", row: "UTILITY#0b8f", field: "api_token" });
});

it("may have no token yet", () => {
  const utility = { space: "demo", utility: "0b8f", name: "Stripe", version: 0 };
  expect(v.parse(StripeUtility, utility)).toEqual(utility);
  expect(v.is(StripeUtility, { ...utility, api_token: 42 })).toBe(false);
});

import { expect, it } from "vitest";
import { buyerKey, newBuyerSecret } from "../../../lib/buyers/buyer_key.ts";

const secret = newBuyerSecret();

it("is the same for an address however it is typed, and short", () => {
  const key = buyerKey(secret, "jo@example.com");
  expect(key).toMatch(/^[\w-]{22}$/);
  expect(buyerKey(secret, "  Jo@Example.COM\n")).toBe(key);
});

it("is another for another address, and in another Space", () => {
  const key = buyerKey(secret, "jo@example.com");
  expect(buyerKey(secret, "jo.@example.com")).not.toBe(key);
  expect(buyerKey(newBuyerSecret(), "jo@example.com")).not.toBe(key);
});

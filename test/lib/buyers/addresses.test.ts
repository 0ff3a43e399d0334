import { expect, it } from "vitest";
import { namesErased, withoutErased } from "../../../lib/buyers/addresses.ts";
import { buyerKey, newBuyerSecret } from "../../../lib/buyers/buyer_key.ts";

const secret = newBuyerSecret();
const erased = buyerKey(secret, "jo.o'hara+1@example.com");
const whose = { secret, isErased: (key: string) => key === erased };

it.each([
  [
    "The mail server has taken the mail to Jo.O'Hara+1@Example.com.",
    "The mail server has taken the mail to (erased).",
  ],
  [
    "Not to jo.o'hara+1@example.com, vera@shop.example: it refuses.",
    "Not to (erased), vera@shop.example: it refuses.",
  ],
  ["Jo <jo.o'hara+1@example.com>", "Jo <(erased)>"],
  ["jo.o'hara+1@example.community", "jo.o'hara+1@example.community"],
  ["ajo.o'hara+1@example.com", "ajo.o'hara+1@example.com"],
  ["at 3 @ the shop", "at 3 @ the shop"],
])("takes the address out of %j", (text, left) => {
  expect(withoutErased(text, whose)).toBe(left);
});

it("finds the address wherever it stands in what was parsed, however deep, and no other's", () => {
  const address = "JO.O'Hara+1@example.com";
  let deep: unknown = [null, 1, true, { email: address }];
  for (let level = 0; level < 20_000; level++) deep = { deep };
  expect(namesErased(deep, whose)).toBe(true);
  expect(namesErased({ data: { object: { receipt_email: address } } }, whose)).toBe(true);
  expect(
    namesErased({ data: { object: { receipt_email: "vera@shop.example", name: "Jo O'Hara" } } }, whose),
  ).toBe(false);
});

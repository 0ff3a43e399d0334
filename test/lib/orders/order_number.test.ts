import { ulid } from "ulid";
import { expect, it } from "vitest";
import { orderNumber, parseOrderNumber } from "../../../lib/orders/order_number.ts";

it("is the end of an Order's id, in two groups", () => {
  expect(orderNumber("01M8QKB3247ZXQM6EGR8PEH236")).toBe("R8PE-H236");
});

it("differs among Orders of the same moment", () => {
  const numbers = Array.from({ length: 1_000 }, () => orderNumber(ulid(1_764_547_200_000)));
  expect(new Set(numbers).size).toBe(1_000);
});

it.each([
  ["R8PE-H236", "R8PE-H236"],
  [" r8peh236 ", "R8PE-H236"],
  ["Order R8PE-H236", "R8PE-H236"],
  ["R8PE H236", "R8PE-H236"],
  ["oIl0-H236", "0110-H236"],
  ["01M8QKB3247ZXQM6EGR8PEH236", "R8PE-H236"],
  ["R8PE", undefined],
  ["R8PE-H23U", undefined],
  ["", undefined],
])("is read from %j as %s", (typed, number) => {
  expect(parseOrderNumber(typed)).toBe(number);
});

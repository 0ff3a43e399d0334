import { ulid } from "ulid";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { orderKey, timelineKey, timelinePrefix } from "../../../lib/dynamodb/keys.ts";
import { ORDER_STATUSES, Order } from "../../../lib/orders/order.ts";
import { anOrderRow } from "../../support/order_rows.ts";

it("moves an Order on in this order: open, awaiting payment, failed, expired, paid", () => {
  expect(ORDER_STATUSES).toEqual(["open", "awaiting_payment", "payment_failed", "expired", "paid"]);
});

describe("Order", () => {
  it("is read from its row without the row's keys", () => {
    const order = anOrderRow({ payment_intent: "pi_1" });
    expect(v.parse(Order, { ...orderKey(order.marketplace, order.id), ...order })).toEqual(order);
  });

  it("is not read from a row whose status nobody knows", () => {
    expect(v.is(Order, { ...anOrderRow(), status: "settled" })).toBe(false);
  });
});

describe("keys", () => {
  it("keep a Marketplace's Orders together, in the order in which they were placed", () => {
    const [earlier, later] = [ulid(1_795_435_200_000), ulid(1_795_435_200_001)];
    expect(orderKey("0b8f", earlier)).toEqual({ pk: "0b8f", sk: `ORDER#${earlier}` });
    expect(orderKey("0b8f", earlier).sk < orderKey("0b8f", later).sk).toBe(true);
  });

  it("keep an Order's timeline apart from Orders, and each entry by what it is and what caused it", () => {
    const key = timelineKey("0b8f", "01ABC", "evt_1", "paid");
    expect(key).toEqual({ pk: "0b8f", sk: "TIMELINE#01ABC#evt_1#paid" });
    expect(key.sk.startsWith(timelinePrefix("01ABC"))).toBe(true);
    expect(key.sk.startsWith(timelinePrefix("01AB"))).toBe(false);
  });
});

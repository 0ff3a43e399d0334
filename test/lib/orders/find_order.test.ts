import { randomUUID } from "node:crypto";
import { ulid } from "ulid";
import { beforeAll, expect, it } from "vitest";
import { findOrder } from "../../../lib/orders/find_order.ts";
import type { Order } from "../../../lib/orders/order.ts";
import { placeOrder } from "../../../lib/orders/place_order.ts";
import { anOrderRow } from "../../support/order_rows.ts";

let order: Order;
beforeAll(async () => {
  order = await placeOrder(anOrderRow());
});

it("finds an Order by its Marketplace and its id", async () => {
  expect(await findOrder(order.marketplace, order.id)).toEqual(order);
});

it.each<[string, () => [marketplace: string, id: string]]>([
  ["another Marketplace", () => [randomUUID(), order.id]],
  ["an id that was never minted", () => [order.marketplace, ulid()]],
  ["no id", () => [order.marketplace, ""]],
  ["an id that names a row of another kind", () => [order.marketplace, `${order.id}#placed`]],
])("finds none for %s", async (_what, place) => {
  expect(await findOrder(...place())).toBeUndefined();
});

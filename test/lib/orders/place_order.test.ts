import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { expect, it, vi } from "vitest";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { timelineKey } from "../../../lib/dynamodb/keys.ts";
import { findOrder } from "../../../lib/orders/find_order.ts";
import { placeOrder } from "../../../lib/orders/place_order.ts";
import { timelineOf } from "../../../lib/orders/timeline_of.ts";
import { anOrderRow } from "../../support/order_rows.ts";

it("writes the Order and the first entry of its timeline", async () => {
  const written = "2026-11-23T12:00:01.500Z";
  vi.useFakeTimers({ toFake: ["Date"], now: new Date(written) });
  const order = anOrderRow();
  try {
    expect(await placeOrder(order)).toEqual(order);
  } finally {
    vi.useRealTimers();
  }
  expect(await findOrder(order.marketplace, order.id)).toEqual(order);
  expect(await timelineOf(order)).toEqual([
    {
      at: order.placed_at,
      entry: "placed",
      detail: "The buyer was sent to Stripe to pay.",
      written_at: written,
    },
  ]);
});

it("leaves an earlier Order with this id as it is, and answers that one", async () => {
  const earlier = await placeOrder(anOrderRow());
  const again = { ...earlier, checkout_session: "cs_test_another", amount_total: 1 };
  expect(await placeOrder(again)).toEqual(earlier);
  expect(await findOrder(earlier.marketplace, earlier.id)).toEqual(earlier);
  expect(await timelineOf(earlier)).toHaveLength(1);
});

it("answers all who place one Order at the same moment with the one that was first", async () => {
  const order = anOrderRow();
  const sessions = ["cs_test_1", "cs_test_2", "cs_test_3", "cs_test_4"];
  const answers = await Promise.all(
    sessions.map((checkout_session) => placeOrder({ ...order, checkout_session })),
  );
  const placed = await findOrder(order.marketplace, order.id);
  expect(answers).toEqual(sessions.map(() => placed));
  expect(await timelineOf(order)).toHaveLength(1);
});

it("writes no Order without its timeline", async () => {
  const order = anOrderRow();
  const taken = { ...timelineKey(order.marketplace, order.id, "checkout", "placed"), entry: "placed" };
  await dynamodb.send(new PutCommand({ TableName: configuration.ordersTable, Item: taken }));
  await expect(placeOrder(order)).rejects.toThrow("could not be placed");
  expect(await findOrder(order.marketplace, order.id)).toBeUndefined();
});

it("passes on what is wrong with the table", async () => {
  vi.stubEnv("ORDERS_TABLE", "no-such-table");
  try {
    await expect(placeOrder(anOrderRow())).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  } finally {
    vi.unstubAllEnvs();
  }
});

import { randomUUID } from "node:crypto";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { ulid } from "ulid";
import { expect, it } from "vitest";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { orderKey } from "../../../lib/dynamodb/keys.ts";
import { ORDER_STATUSES, type Order } from "../../../lib/orders/order.ts";
import { unsettledOrders } from "../../../lib/orders/pending_orders.ts";
import { SPLIT_STATUSES } from "../../../lib/orders/split.ts";
import { anOrderRow } from "../../support/order_rows.ts";

const since = "2026-11-23T12:00:00.000Z";

it("lists what is not paid yet, and what is paid while the Vendor's share is not where it belongs", async () => {
  const marketplace = randomUUID();
  const put = async (row: Partial<Order>): Promise<void> => {
    const order = anOrderRow({ id: ulid(), marketplace, ...row });
    const Item = { ...orderKey(marketplace, order.id), ...order };
    await dynamodb.send(new PutCommand({ TableName: configuration.ordersTable, Item }));
  };
  for (const status of ORDER_STATUSES) await put({ status });
  for (const status of SPLIT_STATUSES) await put({ status: "paid", split: { status, since, detail: "" } });
  const listed = await unsettledOrders(marketplace);
  const stand = listed.map(({ status, split }) => `${status} ${split?.status ?? "-"}`);
  expect(stand.sort()).toEqual([
    "awaiting_payment -",
    "open -",
    "paid -", // before shares were sent from here
    "paid by_hand",
    "paid none",
    "paid on_hold",
    "paid under_way",
    "paid waiting",
  ]);
});

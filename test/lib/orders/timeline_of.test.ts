import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { expect, it } from "vitest";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { timelineKey } from "../../../lib/dynamodb/keys.ts";
import type { Order, TimelineEntry } from "../../../lib/orders/order.ts";
import { timelineOf } from "../../../lib/orders/timeline_of.ts";
import { anOrderRow } from "../../support/order_rows.ts";

const at = "2026-11-23T12:00:00.000Z";

const enter = ({ marketplace, id }: Order, cause: string, entry: TimelineEntry) =>
  dynamodb.send(
    new PutCommand({
      TableName: configuration.ordersTable,
      Item: { ...timelineKey(marketplace, id, cause, entry.entry), ...entry },
    }),
  );

it("tells what happened in the order in which it was written, whatever caused it and Stripe's whole seconds", async () => {
  const order = anOrderRow();
  const entries = ["placed", "awaiting_payment", "paid"].map((entry, index) => ({
    at,
    entry,
    detail: `step ${index}`,
    written_at: `2026-11-23T12:00:00.${index}00Z`,
  }));
  const causes = ["z-first", "m-second", "a-third"];
  for (const [index, entry] of entries.entries()) await enter(order, causes[index] ?? "", entry);
  expect(await timelineOf(order)).toEqual(entries);
});

it("tells of this Order only", async () => {
  const order = anOrderRow();
  const entry = { at, entry: "placed", detail: "", written_at: at };
  await enter(order, "placed", entry);
  await enter({ ...order, id: `${order.id}0` }, "placed", entry);
  await enter(anOrderRow(), "placed", entry);
  expect(await timelineOf(order)).toEqual([entry]);
});

it("is empty where nothing happened", async () => {
  expect(await timelineOf(anOrderRow())).toEqual([]);
});

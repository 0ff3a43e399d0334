import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { orderKey, timelineKey } from "../dynamodb/keys.ts";
import { findOrder } from "./find_order.ts";
import type { Order, TimelineEntry } from "./order.ts";

/** Writes a new Order and the first entry of its timeline. @returns the Order as it is: an earlier one with this id stays. */
export async function placeOrder(order: Order): Promise<Order> {
  const TableName = configuration.ordersTable;
  const entry: TimelineEntry = {
    at: order.placed_at,
    entry: "placed",
    detail: "The buyer was sent to Stripe to pay.",
    written_at: iso(now()),
  };
  const ConditionExpression = "attribute_not_exists(pk)";
  try {
    await dynamodb.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Put: {
              TableName,
              Item: { ...orderKey(order.marketplace, order.id), ...order },
              ConditionExpression,
            },
          },
          {
            Put: {
              TableName,
              Item: { ...timelineKey(order.marketplace, order.id, "checkout", entry.entry), ...entry },
              ConditionExpression,
            },
          },
        ],
      }),
    );
    return order;
  } catch (error) {
    const earlier =
      error instanceof TransactionCanceledException && (await findOrder(order.marketplace, order.id));
    if (earlier) return earlier;
    throw error;
  }
}

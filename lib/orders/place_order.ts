import { iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { orderKey, timelineKey } from "../dynamodb/keys.ts";
import { transact } from "../dynamodb/transact.ts";
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
  if (
    await transact([
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
    ])
  )
    return order;
  const earlier = await findOrder(order.marketplace, order.id);
  if (!earlier) throw new Error(`Order ${order.id} could not be placed, and nothing says why`);
  return earlier;
}

import { configuration } from "../configuration.ts";
import { orderKey, timelineKey } from "../dynamodb/keys.ts";
import { transact } from "../dynamodb/transact.ts";
import type { Order, TimelineEntry } from "./order.ts";

/**
 * Writes a new Order, the first entry of its timeline, and what else comes with it: all or nothing.
 * @returns false where any of it is there already.
 */
export async function insertOrder(
  order: Order,
  cause: string,
  entry: TimelineEntry,
  ...others: Record<string, unknown>[]
): Promise<boolean> {
  const TableName = configuration.ordersTable;
  const { marketplace, id } = order;
  const rows = [
    ...others,
    { ...orderKey(marketplace, id), ...order },
    { ...timelineKey(marketplace, id, cause, entry.entry), ...entry },
  ];
  return await transact(
    rows.map((Item) => ({ Put: { TableName, Item, ConditionExpression: "attribute_not_exists(pk)" } })),
  );
}

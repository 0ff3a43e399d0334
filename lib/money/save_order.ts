import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { ifCondition } from "../dynamodb/conditional.ts";
import { movementKey, orderKey } from "../dynamodb/keys.ts";
import { type Item, transact } from "../dynamodb/transact.ts";
import type { LeasedOrder } from "../orders/lease.ts";
import type { Movement } from "../orders/movement.ts";
import type { Order } from "../orders/order.ts";
import { withoutNothing } from "../orders/split.ts";

/** What changes in an Order's row; an attribute that is `undefined` goes. */
export type Changes = Partial<Omit<Order, "id" | "space" | "marketplace" | "version">>;

/** What an Order that nobody is busy with has no more. */
const LEASE = ["lease_by", "lease_until"];

/**
 * Writes what a run found or did, with what else comes with it: all or nothing, and only while the Order is as this run
 * has seen it.
 * @param items other parts of the transaction
 * @param letGo ends the lease, if nobody woke the Order since it was read
 * @returns the Order as it is then; undefined where it was not written
 */
export async function saveOrder(
  { order, holder }: LeasedOrder,
  changes: Changes,
  items: Item[],
  letGo: boolean,
): Promise<Order | undefined> {
  const version = (order.version ?? 0) + 1;
  const { money } = changes;
  const entries = Object.entries({ ...changes, ...(money && { money: withoutNothing(money) }), version });
  const set = entries.filter(([, value]) => value !== undefined);
  const remove = entries.filter(([, value]) => value === undefined).map(([name]) => name);
  const removed = letGo ? [...remove, ...LEASE] : remove;
  const names = [...set.map(([name]) => name), ...removed];
  const update = {
    UpdateExpression: [
      `SET ${set.map(([name]) => `#${name} = :${name}`).join(", ")}`,
      ...(removed.length > 0 ? [`REMOVE ${removed.map((name) => `#${name}`).join(", ")}`] : []),
    ].join(" "),
    ConditionExpression: [
      "lease_by = :holder",
      order.version === undefined ? "attribute_not_exists(version)" : "version = :seen",
      ...(letGo ? [order.wanted === undefined ? "attribute_not_exists(wanted)" : "wanted = :wanted"] : []),
    ].join(" AND "),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
      ":holder": holder,
      ...(order.version !== undefined && { ":seen": order.version }),
      ...(letGo && order.wanted !== undefined && { ":wanted": order.wanted }),
    },
  };
  const Update = {
    TableName: configuration.ordersTable,
    Key: orderKey(order.marketplace, order.id),
    ...update,
  };
  // Alone it costs half of what it does in a transaction.
  const written =
    items.length > 0
      ? await transact([{ Update }, ...items])
      : await ifCondition(dynamodb.send(new UpdateCommand(Update)));
  // Not as the table has it: who woke the Order meanwhile is seen when it is let go.
  return written ? { ...order, ...changes, version } : undefined;
}

/** The part of a transaction that writes a movement, new or as it is now. */
export const movementPut = ({ marketplace, id }: Order, movement: Movement): Item => ({
  Put: {
    TableName: configuration.ordersTable,
    Item: { ...movementKey(marketplace, id, movement.seq), ...movement },
  },
});

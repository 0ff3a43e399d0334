import { UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { ifCondition } from "../dynamodb/conditional.ts";
import { orderKey } from "../dynamodb/keys.ts";
import { type LeasedOrder, newLease } from "../orders/lease.ts";
import { Order } from "../orders/order.ts";
import { WANTED_ONCE_MORE } from "../orders/wanted.ts";

/** Between looking who has the Order and waking them, they may let it go. */
const TRIES = 5;

type Place = Pick<Order, "marketplace" | "id">;

/**
 * Wakes an Order: whoever has it looks once more before they let it go, and where nobody has it, this caller has.
 * @returns undefined where another run has it, and will see that it was woken
 */
export async function wakeAndLease(place: Place): Promise<LeasedOrder | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    const leased = await lease(place, `SET ${WANTED_ONCE_MORE.set},`, WANTED_ONCE_MORE.values);
    if (leased) return leased;
    const woken = await updateOrder(place, {
      UpdateExpression: `SET ${WANTED_ONCE_MORE.set}`,
      ConditionExpression: "lease_until >= :now",
      ExpressionAttributeValues: { ...WANTED_ONCE_MORE.values, ":now": iso(now()) },
    });
    // Let go between the two: then it can be had.
    if (woken) return undefined;
  }
  throw new Error(`Order ${place.id} is gone, or leased and let go by too many at once`);
}

/** Takes an Order that is due, unless another run has it, or it is due no more. */
export const leaseIfDue = async (place: Place, due_at: string): Promise<LeasedOrder | undefined> =>
  await lease(place, "SET", { ":seen": due_at }, "due_at = :seen AND ");

async function lease(
  place: Place,
  set: string,
  values: Record<string, unknown>,
  condition = "",
): Promise<LeasedOrder | undefined> {
  const { lease_by, lease_until, due_shard } = newLease(place);
  const order = await updateOrder(place, {
    UpdateExpression: `${set} lease_by = :holder, lease_until = :until, due_at = :until, due_shard = :shard`,
    // The SDK sends again what was not answered in time: what it has taken already is its own.
    ConditionExpression: `lease_by = :holder OR (${condition}attribute_exists(pk) AND (attribute_not_exists(lease_until) OR lease_until < :now))`,
    ExpressionAttributeValues: {
      ...values,
      ":holder": lease_by,
      ":until": lease_until,
      ":shard": due_shard,
      ":now": iso(now()),
    },
  });
  return order && { order, holder: lease_by };
}

/** @returns the Order as it is then; undefined where the condition does not hold */
export async function updateOrder(
  { marketplace, id }: Place,
  update: Pick<
    UpdateCommandInput,
    "UpdateExpression" | "ConditionExpression" | "ExpressionAttributeValues" | "ExpressionAttributeNames"
  >,
): Promise<Order | undefined> {
  const updated = await ifCondition(
    dynamodb.send(
      new UpdateCommand({
        TableName: configuration.ordersTable,
        Key: orderKey(marketplace, id),
        ...update,
        ReturnValues: "ALL_NEW",
      }),
    ),
  );
  return updated?.Attributes && v.parse(Order, updated.Attributes);
}

import { DeleteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { buyersOf, type ErasedBuyer } from "../buyers/erased_buyer.ts";
import { after, iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { ifCondition } from "../dynamodb/conditional.ts";
import { erasedBuyerKey, erasurePassKey } from "../dynamodb/keys.ts";
import { withLock } from "../dynamodb/lock.ts";
import { log } from "../log.ts";
import type { Order } from "../orders/order.ts";
import { eachOrderOfBuyer } from "../orders/orders_of_buyer.ts";
import { findUtilityAndErased } from "../utilities/find_utility_of_space.ts";
import { eraseEvents } from "./erase_events.ts";
import { eraseOrder } from "./erase_order.ts";

/**
 * How long something may still be under way that has not heard of an erasure, in ms: a warm function remembers a Space for a
 * minute, and whoever sends a mail has its row for 90 s. What they write is found by a pass that began later.
 */
const HEARD_AFTER_MS = 5 * 60_000;

/** What a pass has done: Orders that had a buyer, payloads that named one; and whether nothing is left to read. */
export type Erased = { orders: number; payloads: number; complete: boolean };

const NOTHING: Erased = { orders: 0, payloads: 0, complete: true };

/**
 * Erases whom the Space has erased and is not done with, wherever they still are: of each, the Orders that the index finds; then
 * what the event log has. Any number of times, cut off anywhere: what is left is found again.
 * @param until when it begins nothing more
 * @returns undefined where another pass is under way
 */
export async function eraseInSpace(space: string, until: Date): Promise<Erased | undefined> {
  const { utility, erased } = await findUtilityAndErased(space);
  const { buyer_secret: secret, utility: id = "" } = utility ?? {};
  const open = erased.filter(({ done_at }) => !done_at);
  // Most Spaces, most of the time: no lock is written for nothing.
  if (!secret || open.length === 0) return NOTHING;
  return await withLock(space, "erasure", async () => {
    const found: { buyer: ErasedBuyer; orders: Order[] }[] = [];
    for (const buyer of open) {
      const orders = await ordersBefore(buyer);
      for (const order of orders) await eraseOrder(order, { secret, ...buyer }, false);
      found.push({ buyer, orders });
    }
    const theirs = new Set(found.flatMap(({ orders }) => orders).flatMap(namesOf));
    const { payloads, wholeSince } = await eraseEvents(space, buyersOf(secret, erased), theirs, until);
    if (wholeSince)
      for (const { buyer, orders } of found)
        if (iso(after(new Date(buyer.erased_at), HEARD_AFTER_MS)) <= wholeSince) {
          for (const order of orders) await eraseOrder(order, { secret, ...buyer }, true);
          await noteDone(space, id, buyer);
        }
    const orders = found.flatMap((each) => each.orders).filter(({ buyer_email }) => buyer_email).length;
    log.info("a Space's erased buyers were looked for", { space, orders, payloads });
    return { orders, payloads, complete: wholeSince !== undefined };
  });
}

/** What the same buyer buys later is not erased. */
async function ordersBefore({ buyer_key, erased_at }: ErasedBuyer): Promise<Order[]> {
  const orders: Order[] = [];
  for await (const some of eachOrderOfBuyer(buyer_key))
    orders.push(...some.filter(({ placed_at }) => placed_at <= erased_at));
  return orders;
}

const namesOf = ({ id, checkout_session, payment_intent, charge }: Order): string[] =>
  [id, checkout_session, payment_intent, charge].filter((name) => name !== undefined);

/** Unless they were erased once more meanwhile. */
async function noteDone(
  space: string,
  utility: string,
  { buyer_key, erased_at }: ErasedBuyer,
): Promise<void> {
  await ifCondition(
    dynamodb.send(
      new UpdateCommand({
        TableName: configuration.settingsTable,
        Key: erasedBuyerKey(space, utility, buyer_key),
        UpdateExpression: "SET done_at = :now",
        ConditionExpression: "erased_at = :seen",
        ExpressionAttributeValues: { ":now": iso(now()), ":seen": erased_at },
      }),
    ),
  );
}

/** Has the whole log read again for all whom the Space has erased, as after an older table was restored. */
export async function beginAgain(space: string): Promise<void> {
  const { utility, erased } = await findUtilityAndErased(space);
  if (!utility) return;
  const TableName = configuration.settingsTable;
  await dynamodb.send(new DeleteCommand({ TableName, Key: erasurePassKey(space) }));
  for (const { buyer_key } of erased)
    await ifCondition(
      dynamodb.send(
        new UpdateCommand({
          TableName,
          Key: erasedBuyerKey(space, utility.utility, buyer_key),
          UpdateExpression: "REMOVE done_at",
          ConditionExpression: "attribute_exists(pk)",
        }),
      ),
    );
}

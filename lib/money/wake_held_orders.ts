import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { limitConcurrency } from "../async/limit_concurrency.ts";
import { after, iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { dueShardOf } from "../dynamodb/due_shard.ts";
import { orderKey } from "../dynamodb/keys.ts";
import { pages } from "../dynamodb/pages.ts";
import { describeError, log } from "../log.ts";
import { WANTED_ONCE_MORE } from "../orders/wanted.ts";
import { type OrderForSomebody, ordersForSomebody, readable } from "./attention.ts";

/** Longer nobody waits, in ms; who is not woken by then is by their clock, within a day. */
const MAX_MS = 8_000;
const AT_ONCE = 16;

/**
 * Makes Orders of the Space due that are on hold, since what held them may be over: the next minute's run settles them.
 * Where a table does not answer, the rest come by their own clock.
 * @returns how many
 */
export async function wakeHeldOrders(
  space: string,
  isConcerned: (order: OrderForSomebody) => boolean,
): Promise<number> {
  const until = after(now(), MAX_MS);
  const inTurn = limitConcurrency(AT_ONCE);
  let woken = 0;
  try {
    for await (const rows of pages(ordersForSomebody(space))) {
      const held = concerned(rows, isConcerned);
      await Promise.all(held.map((order) => inTurn(() => makeDue(order))));
      woken += held.length;
      if (now() >= until) break;
    }
  } catch (error) {
    log.warn("Orders on hold could not be woken", { space, ...describeError(error) });
  }
  return woken;
}

/** So many are counted: a look does not read all that a Space has on hold. */
export const MAX_HELD = 1_000;

/** How many {@link wakeHeldOrders} would wake; more than {@link MAX_HELD} where they are more. */
export async function countHeldOrders(
  space: string,
  isConcerned: (order: OrderForSomebody) => boolean,
): Promise<number> {
  let count = 0;
  let read = 0;
  for await (const rows of pages({ ...ordersForSomebody(space), Limit: MAX_HELD })) {
    count += concerned(rows, isConcerned).length;
    read += rows.length;
    if (read >= MAX_HELD) return Math.max(count, MAX_HELD + 1);
  }
  return count;
}

const concerned = (
  rows: Record<string, unknown>[],
  isConcerned: (order: OrderForSomebody) => boolean,
): OrderForSomebody[] =>
  readable(rows).filter((order) => order.split?.status === "on_hold" && isConcerned(order));

/** Orders that were sold for an account, be another connected now. */
export const soldFor =
  (account: string) =>
  ({ vendor_account }: OrderForSomebody): boolean =>
    vendor_account === account;

/** Orders that the balance of an account holds up; without one, the platform's own. */
export const waitsForBalance =
  (account: string | undefined) =>
  ({ vendor_account, split }: OrderForSomebody): boolean =>
    account
      ? vendor_account === account && split?.reason === "vendor_balance"
      : split?.reason === "platform_balance";

async function makeDue({ marketplace, id }: OrderForSomebody): Promise<void> {
  await dynamodb.send(
    new UpdateCommand({
      TableName: configuration.ordersTable,
      Key: orderKey(marketplace, id),
      UpdateExpression: `SET ${WANTED_ONCE_MORE.set}, due_at = :now, due_shard = :shard`,
      ExpressionAttributeValues: {
        ...WANTED_ONCE_MORE.values,
        ":now": iso(now()),
        ":shard": dueShardOf(id),
      },
    }),
  );
}

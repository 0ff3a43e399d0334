import { ulid } from "ulid";
import * as v from "valibot";
import { after, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { ORDER_PREFIX } from "../dynamodb/keys.ts";
import { pages } from "../dynamodb/pages.ts";
import { Order, type OrderStatus } from "./order.ts";

/** A Checkout Session is open for a day, and a bank's debit takes two weeks at most; in ms. */
const LOOK_BACK_MS = 30 * 24 * 60 * 60_000;

/** What a list of pending Orders shows of them. */
const MAX_SHOWN = 100;

/** Orders that Stripe's events have yet to finish: nobody paid yet, or a bank has not. */
export const UNFINISHED: OrderStatus[] = ["open", "awaiting_payment"];

/** Orders with money of the Vendor's in them: those, and the paid, of which no share was sent yet. */
export const UNSETTLED: OrderStatus[] = [...UNFINISHED, "paid"];

/** The Marketplace's Orders that have one of these statuses, newest first; of the last 30 days and at most 100, unless told. */
export async function pendingOrders(
  marketplace: string,
  statuses: OrderStatus[],
  { since = after(now(), -LOOK_BACK_MS), max = MAX_SHOWN } = {},
): Promise<Order[]> {
  const orders: Order[] = [];
  const oldest = ulid(since.getTime()).slice(0, 10);
  const names = statuses.map((_, index) => `:status${index}`);
  for await (const rows of pages({
    TableName: configuration.ordersTable,
    KeyConditionExpression: "pk = :marketplace AND sk BETWEEN :oldest AND :newest",
    FilterExpression: `#status IN (${names.join(", ")})`,
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: {
      ":marketplace": marketplace,
      ":oldest": `${ORDER_PREFIX}${oldest}`,
      ":newest": `${ORDER_PREFIX}~`,
      ...Object.fromEntries(statuses.map((status, index) => [names[index], status])),
    },
    ScanIndexForward: false,
  })) {
    orders.push(...v.parse(v.array(Order), rows));
    if (orders.length >= max) break;
  }
  return orders.slice(0, max);
}

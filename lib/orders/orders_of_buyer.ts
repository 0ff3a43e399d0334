import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { batchGet } from "../dynamodb/batch_get.ts";
import { pages } from "../dynamodb/pages.ts";
import { Order } from "./order.ts";

const Key = v.object({ pk: v.string(), sk: v.string() });

/** As many as DynamoDB gets in one call ("BatchGetItem"). */
const AT_A_TIME = 100;

/**
 * A buyer's Orders, the newest first, some at a time. It reads theirs and no others. The index is a little behind the table:
 * what has another buyer by now, or none, is left out.
 * @param buyer_key as lib/buyers makes it, by which the Space is known, too
 */
export async function* eachOrderOfBuyer(buyer_key: string): AsyncGenerator<Order[]> {
  for await (const rows of pages({
    TableName: configuration.ordersTable,
    IndexName: "buyers",
    KeyConditionExpression: "buyer_key = :buyer",
    ExpressionAttributeValues: { ":buyer": buyer_key },
    ScanIndexForward: false,
    Limit: AT_A_TIME,
  })) {
    const keys = v.parse(v.array(Key), rows);
    const found = keys.length > 0 ? await batchGet(configuration.ordersTable, keys) : [];
    yield v
      .parse(v.array(Order), found)
      .filter((order) => order.buyer_key === buyer_key)
      .sort((one, other) => (one.id < other.id ? 1 : -1));
  }
}

/** The newest of them, so many at most. */
export async function ordersOfBuyer(buyer_key: string, max: number): Promise<Order[]> {
  const orders: Order[] = [];
  for await (const some of eachOrderOfBuyer(buyer_key)) {
    orders.push(...some);
    if (orders.length >= max) break;
  }
  return orders.slice(0, max);
}

import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { fromCursor, toCursor } from "../dynamodb/cursor.ts";
import { ORDER_PREFIX, orderKey } from "../dynamodb/keys.ts";
import type { Paginated } from "../http/pagination.ts";
import { isUlid } from "../ids.ts";
import { Order } from "./order.ts";

const Place = v.pipe(v.string(), v.check(isUlid));

/** A Marketplace's Orders, newest first. A page ends early at 1 MB of them, where DynamoDB's does. */
export async function listOrders(
  marketplace: string,
  { limit, next }: { limit: number; next: string | undefined },
): Promise<Paginated<Order>> {
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      TableName: configuration.ordersTable,
      KeyConditionExpression: "pk = :marketplace AND begins_with(sk, :order)",
      ExpressionAttributeValues: { ":marketplace": marketplace, ":order": ORDER_PREFIX },
      ScanIndexForward: false,
      // One more tells whether there is a next page.
      Limit: limit + 1,
      ...(next !== undefined && { ExclusiveStartKey: orderKey(marketplace, fromCursor(next, Place)) }),
    }),
  );
  const data = v.parse(v.array(Order), Items.slice(0, limit));
  const last = data.at(-1);
  return { data, next: (LastEvaluatedKey ?? Items.length > limit) && last ? toCursor(last.id) : null };
}

import { GetCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { orderKey } from "../dynamodb/keys.ts";
import { isUlid, Order } from "./order.ts";

export async function findOrder(marketplace: string, id: string): Promise<Order | undefined> {
  if (!isUlid(id)) return undefined;
  const { Item } = await dynamodb.send(
    new GetCommand({
      TableName: configuration.ordersTable,
      Key: orderKey(marketplace, id),
      ConsistentRead: true,
    }),
  );
  return Item && v.parse(Order, Item);
}

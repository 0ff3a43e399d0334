import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { timelinePrefix } from "../dynamodb/keys.ts";
import { type Order, TimelineEntry } from "./order.ts";

/** What happened to an Order, oldest first. */
export async function timelineOf({ marketplace, id }: Order): Promise<TimelineEntry[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: configuration.ordersTable,
      KeyConditionExpression: "pk = :marketplace AND begins_with(sk, :timeline)",
      ExpressionAttributeValues: { ":marketplace": marketplace, ":timeline": timelinePrefix(id) },
      ConsistentRead: true,
    }),
  );
  return v
    .parse(v.array(TimelineEntry), Items)
    .sort((one, other) => one.written_at.localeCompare(other.written_at));
}

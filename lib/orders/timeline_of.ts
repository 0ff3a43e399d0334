import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { timelinePrefix } from "../dynamodb/keys.ts";
import { allRows } from "../dynamodb/pages.ts";
import { type Order, TimelineEntry } from "./order.ts";

/** What happened to an Order, oldest first. */
export async function timelineOf({ marketplace, id }: Order): Promise<TimelineEntry[]> {
  const rows = await allRows({
    TableName: configuration.ordersTable,
    KeyConditionExpression: "pk = :marketplace AND begins_with(sk, :timeline)",
    ExpressionAttributeValues: { ":marketplace": marketplace, ":timeline": timelinePrefix(id) },
    ConsistentRead: true,
  });
  return v
    .parse(v.array(TimelineEntry), rows)
    .sort((one, other) => one.written_at.localeCompare(other.written_at));
}

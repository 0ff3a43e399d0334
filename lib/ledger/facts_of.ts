import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { factPrefix } from "../dynamodb/keys.ts";
import { allRows } from "../dynamodb/pages.ts";
import { OrderFact } from "./fact.ts";

/** All facts of an Order, the oldest first. */
export async function factsOf({
  marketplace,
  id,
}: {
  marketplace: string;
  id: string;
}): Promise<OrderFact[]> {
  const rows = await allRows({
    TableName: configuration.ordersTable,
    KeyConditionExpression: "pk = :marketplace AND begins_with(sk, :fact)",
    ExpressionAttributeValues: { ":marketplace": marketplace, ":fact": factPrefix(id) },
    ConsistentRead: true,
  });
  return v
    .parse(v.array(OrderFact), rows)
    .sort((one, other) => one.booked_at.localeCompare(other.booked_at) || one.id.localeCompare(other.id));
}

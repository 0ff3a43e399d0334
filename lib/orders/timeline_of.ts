import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { timelinePrefix } from "../dynamodb/keys.ts";
import { allRows } from "../dynamodb/pages.ts";
import { type Order, TimelineEntry } from "./order.ts";

type Place = Pick<Order, "marketplace" | "id">;

/** What happened to an Order, oldest first. */
export async function timelineOf(order: Place): Promise<TimelineEntry[]> {
  return v
    .parse(v.array(TimelineEntry), await timelineRows(order))
    .sort((one, other) => one.written_at.localeCompare(other.written_at));
}

/** By which causes what was entered: the second half of each row's key, `<cause>#<entry>`. */
export async function timelineCauses(order: Place): Promise<Set<string>> {
  const prefix = timelinePrefix(order.id);
  const rows = v.parse(v.array(v.object({ sk: v.string() })), await timelineRows(order));
  return new Set(rows.map(({ sk }) => sk.slice(prefix.length)));
}

const timelineRows = async ({ marketplace, id }: Place): Promise<Record<string, unknown>[]> =>
  await allRows({
    TableName: configuration.ordersTable,
    KeyConditionExpression: "pk = :marketplace AND begins_with(sk, :timeline)",
    ExpressionAttributeValues: { ":marketplace": marketplace, ":timeline": timelinePrefix(id) },
    ConsistentRead: true,
  });

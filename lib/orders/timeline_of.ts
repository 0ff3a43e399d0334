import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { timelinePrefix } from "../dynamodb/keys.ts";
import { allRows } from "../dynamodb/pages.ts";
import type { Movement } from "./movement.ts";
import { type Order, TimelineEntry } from "./order.ts";

type Place = Pick<Order, "marketplace" | "id">;

/** What happened to an Order, oldest first. */
export async function timelineOf(order: Place): Promise<TimelineEntry[]> {
  return inOrder(v.parse(v.array(TimelineEntry), await timelineRows(order)));
}

/** With what was tried, which an Order's movements tell: rows of its own would cost each sale two write units. */
export const withTried = (timeline: TimelineEntry[], movements: readonly Movement[]): TimelineEntry[] =>
  inOrder([...timeline, ...movements.flatMap(tried)]);

const inOrder = (entries: TimelineEntry[]): TimelineEntry[] =>
  entries.sort((one, other) => one.written_at.localeCompare(other.written_at));

function tried({ kind, state, at, last_sent_at, code = "" }: Movement): TimelineEntry[] {
  if (kind === "transfer" && state !== "planned") {
    const detail = "Stripe was asked to send the Vendor's share.";
    return [{ at, entry: "split_attempted", detail, written_at: at }];
  }
  if (kind === "refund" && state === "refused") {
    const detail = `Stripe refused the refund, and said ${code}.`;
    return [{ at: last_sent_at, entry: "refund_failed", detail, written_at: last_sent_at }];
  }
  return [];
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

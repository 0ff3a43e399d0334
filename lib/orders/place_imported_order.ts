import { GetCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { importedSessionKey, orderKey, timelineKey } from "../dynamodb/keys.ts";
import { transact } from "../dynamodb/transact.ts";
import type { Order, TimelineEntry } from "./order.ts";

/** Where the Order is that a session was carried over to. */
const ImportedRow = v.object({ marketplace: v.string(), order: v.string() });

/**
 * Writes the Order, the first entry of its timeline, and that its session is carried over: all or nothing.
 * @returns false where the session was carried over before, or by another request at this moment.
 */
export async function placeImportedOrder(order: Order): Promise<boolean> {
  const TableName = configuration.ordersTable;
  const { marketplace, id } = order;
  const at = iso(now());
  const entry: TimelineEntry = {
    at,
    entry: "carried_over",
    detail: "The Order was begun elsewhere, and came here with its Checkout Session.",
    written_at: at,
  };
  const rows = [
    { ...importedSessionKey(order.checkout_session), marketplace, order: id },
    { ...orderKey(marketplace, id), ...order },
    { ...timelineKey(marketplace, id, IMPORT_CAUSE, entry.entry), ...entry },
  ];
  return await transact(
    rows.map((Item) => ({ Put: { TableName, Item, ConditionExpression: "attribute_not_exists(pk)" } })),
  );
}

/** The cause of what carrying over enters in a timeline. */
export const IMPORT_CAUSE = "carry_over";

export async function findImportedOrder(
  session: string,
): Promise<v.InferOutput<typeof ImportedRow> | undefined> {
  const { Item } = await dynamodb.send(
    new GetCommand({
      TableName: configuration.ordersTable,
      Key: importedSessionKey(session),
      ConsistentRead: true,
    }),
  );
  return Item && v.parse(ImportedRow, Item);
}

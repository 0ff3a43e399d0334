import * as v from "valibot";
import { iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { findRow } from "../dynamodb/find_row.ts";
import { importedSessionKey } from "../dynamodb/keys.ts";
import { insertOrder } from "./insert_order.ts";
import type { Order, TimelineEntry } from "./order.ts";

/** Where the Order is that a session was carried over to. */
const ImportedRow = v.object({ marketplace: v.string(), order: v.string() });

/**
 * Writes the Order, the first entry of its timeline, and that its session is carried over: all or nothing.
 * @returns false where the session was carried over before, or by another request at this moment.
 */
export async function placeImportedOrder(order: Order): Promise<boolean> {
  const { marketplace, id } = order;
  const at = iso(now());
  const entry: TimelineEntry = {
    at,
    entry: "carried_over",
    detail: "The Order was begun elsewhere, and came here with its Checkout Session.",
    written_at: at,
  };
  const imported = { ...importedSessionKey(order.checkout_session), marketplace, order: id };
  return await insertOrder(order, IMPORT_CAUSE, entry, imported);
}

/** The cause of what carrying over enters in a timeline. */
export const IMPORT_CAUSE = "carry_over";

export async function findImportedOrder(
  session: string,
): Promise<v.InferOutput<typeof ImportedRow> | undefined> {
  return await findRow(ImportedRow, configuration.ordersTable, importedSessionKey(session));
}

import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { batchGet } from "../dynamodb/batch_get.ts";
import { log } from "../log.ts";
import { EventRow, StoredEvent } from "./stored_event.ts";

/**
 * Events by their rows' keys, 100 at most, those that there are; payloads are left out. One that cannot be read is its own
 * trouble: it is named in the log, and the others are what they are.
 * @param isConsistent that they are as they are at this moment, at twice the cost
 */
export async function readEvents(
  pks: string[],
  { isConsistent = false } = {},
): Promise<Map<string, StoredEvent>> {
  const keys = pks.map((pk) => ({ pk }));
  const rows = await batchGet(configuration.eventsTable, keys, {
    ...WITHOUT_PAYLOAD,
    ConsistentRead: isConsistent,
  });
  const events = rows.flatMap((row) => {
    const parsed = v.safeParse(StoredEvent, row);
    if (!parsed.success) log.error("an item of the events table cannot be read", { pk: String(row.pk) });
    return parsed.success ? [[String(row.pk), parsed.output] as const] : [];
  });
  return new Map(events);
}

const NAMES = Object.keys(EventRow.entries).filter((name) => name !== "payload");

const WITHOUT_PAYLOAD = {
  ProjectionExpression: NAMES.map((name) => `#${name}`).join(", "),
  ExpressionAttributeNames: Object.fromEntries(NAMES.map((name) => [`#${name}`, name])),
};

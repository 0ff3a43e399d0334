import { configuration } from "../configuration.ts";
import { findRow } from "../dynamodb/find_row.ts";
import { eventKey } from "../dynamodb/keys.ts";
import { NotFound } from "../errors.ts";
import { isEventId } from "../ids.ts";
import { StoredEvent } from "./stored_event.ts";

/** @throws {NotFound} */
export async function getEvent(space: string, id: string): Promise<StoredEvent> {
  if (!isEventId(id)) throw new NotFound();
  const row = await findRow(StoredEvent, configuration.eventsTable, eventKey(space, id));
  if (!row) throw new NotFound();
  return row;
}

import { configuration } from "../configuration.ts";
import { findRow } from "../dynamodb/find_row.ts";
import { eventKey } from "../dynamodb/keys.ts";
import { NotFound } from "../errors.ts";
import { isEventId } from "../ids.ts";
import { StoredEvent } from "./stored_event.ts";

/** @throws {NotFound} */
export async function getEvent(space: string, id: string): Promise<StoredEvent> {
  const event = await findEvent(space, id);
  if (!event) throw new NotFound();
  return event;
}

export async function findEvent(space: string, id: string): Promise<StoredEvent | undefined> {
  if (!isEventId(id)) return undefined;
  return await findRow(StoredEvent, configuration.eventsTable, eventKey(space, id));
}

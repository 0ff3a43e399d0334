import { GetCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { eventKey } from "../dynamodb/keys.ts";
import { NotFound } from "../errors.ts";
import { isEventId } from "../ids.ts";
import { StoredEvent } from "./stored_event.ts";

/** @throws {NotFound} */
export async function getEvent(space: string, id: string): Promise<StoredEvent> {
  if (!isEventId(id)) throw new NotFound();
  const { Item } = await dynamodb.send(
    new GetCommand({ TableName: configuration.eventsTable, Key: eventKey(space, id), ConsistentRead: true }),
  );
  if (!Item) throw new NotFound();
  return v.parse(StoredEvent, Item);
}

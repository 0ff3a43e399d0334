import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../../lib/configuration.ts";
import { dynamodb } from "../../lib/dynamodb/client.ts";
import { eventKey } from "../../lib/dynamodb/keys.ts";
import { StoredEvent } from "../../lib/stripe_events/stored_event.ts";

/** The event's row as it is in the table; undefined where there is none. */
export async function storedEvent(
  { space }: { space: string },
  id: string,
): Promise<StoredEvent | undefined> {
  const { Item } = await dynamodb.send(
    new GetCommand({ TableName: configuration.eventsTable, Key: eventKey(space, id), ConsistentRead: true }),
  );
  return Item && v.parse(StoredEvent, Item);
}

/** Lets the time pass after which an event is due: its lease is over, or its backoff. */
export async function makeDue({ space }: { space: string }, id: string): Promise<void> {
  await dynamodb.send(
    new UpdateCommand({
      TableName: configuration.eventsTable,
      Key: eventKey(space, id),
      UpdateExpression: "SET due_at = :past",
      ConditionExpression: "attribute_exists(due_at)",
      ExpressionAttributeValues: { ":past": new Date(Date.now() - 1_000).toISOString() },
    }),
  );
}

/** Lets so many ms pass since the event's last run began. */
export async function ageLastRun(event: { space: string; id: string }, ms: number): Promise<void> {
  const { runs = [] } = (await storedEvent(event, event.id)) ?? {};
  const at = new Date(Date.parse(runs.at(-1)?.at ?? "") - ms).toISOString();
  await dynamodb.send(
    new UpdateCommand({
      TableName: configuration.eventsTable,
      Key: eventKey(event.space, event.id),
      UpdateExpression: `SET runs[${runs.length - 1}].#at = :at`,
      ExpressionAttributeNames: { "#at": "at" },
      ExpressionAttributeValues: { ":at": at },
    }),
  );
}

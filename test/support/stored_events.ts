import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../../lib/configuration.ts";
import { dynamodb } from "../../lib/dynamodb/client.ts";
import { eventKey } from "../../lib/dynamodb/keys.ts";
import { finishRun } from "../../lib/stripe_events/finish_run.ts";
import { parseEvent } from "../../lib/stripe_events/incoming_event.ts";
import { storeEvent } from "../../lib/stripe_events/store_event.ts";
import { StoredEvent, verifiedWith } from "../../lib/stripe_events/stored_event.ts";
import { anEvent } from "./events.ts";

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

/** Stores an event, and writes that its first run, begun then, failed by a cause. @returns its id */
export async function aFailingEvent(
  { space }: { space: string },
  cause: string,
  {
    began = new Date(),
    outcome = "retrying",
    ...facts
  }: Parameters<typeof anEvent>[0] & { began?: Date; outcome?: "retrying" | "dead" } = {},
): Promise<string> {
  const { id, body } = anEvent(facts);
  const parsed = parseEvent(Buffer.from(body));
  if (parsed) await storeEvent(space, parsed, Buffer.from(body), verifiedWith(undefined, "whsec_…4242"));
  const event = await storedEvent({ space }, id);
  if (!event) throw new Error("not stored");
  await finishRun(event, { outcome, cause, detail: "it failed" }, began);
  return id;
}

/**
 * Lets the time pass after which an event is due: its lease is over, or its backoff.
 * @param ago in ms
 * @returns since when it is due, ISO 8601
 */
export async function makeDue({ space }: { space: string }, id: string, ago = 1_000): Promise<string> {
  const due_at = new Date(Date.now() - ago).toISOString();
  await dynamodb.send(
    new UpdateCommand({
      TableName: configuration.eventsTable,
      Key: eventKey(space, id),
      UpdateExpression: "SET due_at = :past",
      ConditionExpression: "attribute_exists(due_at)",
      ExpressionAttributeValues: { ":past": due_at },
    }),
  );
  return due_at;
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

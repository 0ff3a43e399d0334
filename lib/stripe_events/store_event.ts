import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { after, iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { documents } from "../dynamodb.ts";
import type { IncomingEvent } from "./incoming_event.ts";
import { packPayload } from "./payload.ts";
import { dueShardOf, eventKey, LEASE_MS, type StoredEvent } from "./stored_event.ts";

/**
 * The one write that decides whether an event is new. It gives the first run its lease too,
 * so that an event whose dispatch never comes is simply due 90 s later.
 */
export async function storeEvent(
  space: string,
  { id, type, created, livemode, api_version, account, data }: IncomingEvent,
  body: Buffer,
  verified_with: string,
  abortSignal: AbortSignal,
): Promise<"stored" | "duplicate"> {
  const received = now();
  const item: StoredEvent = {
    space,
    id,
    type,
    created,
    livemode,
    api_version,
    account,
    object: data.object.id,
    verified_with,
    payload: packPayload(body),
    status: "received",
    received_at: iso(received),
    runs: [{ at: iso(received) }],
    due_at: iso(after(received, LEASE_MS)),
  };
  try {
    await documents.send(
      new PutCommand({
        TableName: configuration.eventsTable,
        Item: { ...eventKey(space, id), due_shard: dueShardOf(id), ...item },
        ConditionExpression: "attribute_not_exists(pk)",
      }),
      { abortSignal },
    );
    return "stored";
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return "duplicate";
    throw error;
  }
}

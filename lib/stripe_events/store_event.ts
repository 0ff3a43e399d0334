import { type AttributeValue, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { after, iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { itemInTheWay } from "../dynamodb/conditional.ts";
import { dueShardOf } from "../dynamodb/due_shard.ts";
import { eventKey } from "../dynamodb/keys.ts";
import { hintOf, packHint } from "./hint.ts";
import type { IncomingEvent } from "./incoming_event.ts";
import { packPayload } from "./payload/payload.ts";
import { LEASE_MS } from "./stored_event.ts";

/** What became of a delivery; a duplicate says what the event was verified with when it was stored. */
type Stored = { stored: true } | { stored: false; verified_with: string | undefined };

/**
 * The one write that decides whether an event is new. It gives the first run its lease too,
 * so that an event whose dispatch never comes is simply due 90 s later.
 * @param verified_with undefined of one that no delivery brought: Stripe's list of events did, and it is marked as recovered.
 */
export async function storeEvent(
  space: string,
  event: IncomingEvent,
  body: Buffer,
  verified_with: string | undefined,
): Promise<Stored> {
  const earlier = await itemInTheWay(
    dynamodb.send(
      new PutItemCommand({
        TableName: configuration.eventsTable,
        Item: newRow(space, event, body, verified_with),
        ConditionExpression: "attribute_not_exists(pk)",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    ),
  );
  if (!earlier) return { stored: true };
  const old = v.safeParse(OldItem, earlier);
  return { stored: false, verified_with: old.success ? old.output.verified_with.S : undefined };
}

/**
 * The row of an event that was just received, in DynamoDB's own words: nothing has to look what is a text and what a
 * number. Of 5 KB it is below 1 KB, which is one write unit, so it says nothing twice.
 */
export function newRow(
  space: string,
  event: IncomingEvent,
  body: Buffer,
  verified_with: string | undefined,
): Record<string, AttributeValue> {
  const { id, type, created, livemode, account, data } = event;
  const received = now();
  const hint = hintOf(event);
  const payload = packPayload(body, { id, type, account, object: data.object.id, verified_with, hint });
  return {
    pk: { S: eventKey(space, id).pk },
    space: { S: space },
    type: { S: type },
    created: { N: String(created) },
    livemode: { BOOL: livemode },
    ...(account && { account: { S: account } }),
    ...(data.object.id && { object: { S: data.object.id } }),
    ...(verified_with === undefined
      ? { recovered: { BOOL: true } }
      : { verified_with: { S: verified_with } }),
    ...(hint && { hint: { B: packHint(hint) } }),
    ...(payload && { payload: { B: payload } }),
    status: { S: "received" },
    received_at: { S: iso(received) },
    // Not empty: of an empty map, DynamoDB Local's stream tells nothing.
    runs: { L: [{ M: { first: { BOOL: true } } }] },
    due_shard: { N: String(dueShardOf(id)) },
    due_at: { S: iso(after(received, LEASE_MS)) },
  };
}

/** As DynamoDB sends it along with its refusal. */
const OldItem = v.object({ verified_with: v.object({ S: v.string() }) });

/**
 * Notes that another endpoint of the Space's verified the event, too: in a rotation both send each event, and the new
 * one is proven by whichever of its deliveries comes second.
 */
export async function alsoVerifiedWith(space: string, id: string, verified_with: string): Promise<void> {
  await dynamodb.send(
    new UpdateCommand({
      TableName: configuration.eventsTable,
      Key: eventKey(space, id),
      UpdateExpression: "SET also_verified_with = :verified",
      ConditionExpression: "attribute_exists(pk)",
      ExpressionAttributeValues: { ":verified": verified_with },
    }),
  );
}

import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDBRecord, AttributeValue as StreamAttribute } from "aws-lambda";
import { handler as dispatch } from "../../functions/callbacks/dispatch.ts";
import { handler as retry } from "../../functions/callbacks/retry.ts";
import type { CallbackOwner } from "../../lib/callbacks/callback_owner.ts";
import { changeCallback } from "../../lib/callbacks/change_callback.ts";
import { type Delivery, listDeliveries, presentDelivery } from "../../lib/callbacks/delivery.ts";
import { configuration } from "../../lib/configuration.ts";
import { dynamodb } from "../../lib/dynamodb/client.ts";
import { type CallbackRef, deliveryKey } from "../../lib/dynamodb/keys.ts";
import { placeOf } from "./checkouts.ts";
import { rowIsDue } from "./outbox.ts";
import { aContext } from "./requests.ts";
import type { TestSpace } from "./spaces.ts";

export const spaceOwner = ({ space }: TestSpace): CallbackOwner => ({ space, name: "A Space" });
export const marketplaceOwner = (space: TestSpace): CallbackOwner => ({
  ...placeOf(space),
  name: space.first.name,
});

/** Sets up a callback. @returns its first secret */
export async function callBack(owner: CallbackOwner, url: string): Promise<string> {
  return (await changeCallback(owner, { url }, "a test")) ?? "";
}

const WHOLE = { limit: 100, next: undefined };

/** What became of what a callback was to be told, oldest first. */
export async function deliveries(ref: CallbackRef) {
  return (await deliveryRows(ref)).map((row) => presentDelivery(row, undefined));
}

/** Their rows. */
export const deliveryRows = async (ref: CallbackRef): Promise<Delivery[]> =>
  (await listDeliveries(ref, WHOLE)).data.toReversed();

/** The record by which the stream brings what was just written. */
export async function deliveryRecord(ref: CallbackRef, id: string): Promise<DynamoDBRecord> {
  const { pk, sk } = deliveryKey(ref, id);
  const { Item = {} } = await dynamodb.send(
    new GetItemCommand({ TableName: configuration.ordersTable, Key: { pk: { S: pk }, sk: { S: sk } } }),
  );
  const NewImage: Record<string, StreamAttribute> = JSON.parse(JSON.stringify(Item));
  return {
    eventID: "1",
    eventName: "INSERT",
    eventSource: "aws:dynamodb",
    eventVersion: "1.1",
    awsRegion: "eu-central-1",
    dynamodb: { SequenceNumber: `sequence-${id}`, StreamViewType: "NEW_IMAGE", NewImage },
  };
}

/** Lets the stream bring all that callbacks were not told yet. */
export async function stream(...refs: CallbackRef[]): Promise<void> {
  const Records: DynamoDBRecord[] = [];
  for (const ref of refs)
    for (const { id, tries } of await deliveryRows(ref))
      if (tries === 0) Records.push(await deliveryRecord(ref, id));
  await dispatch({ Records }, aContext());
}

/** Lets the time pass after which all that callbacks were not told is due, and the clock come by. */
export async function aMinuteLater(...refs: CallbackRef[]): Promise<void> {
  for (const ref of refs) for (const row of await deliveryRows(ref)) if (row.outbox_at) await rowIsDue(row);
  await retry({}, aContext());
}

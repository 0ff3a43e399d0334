import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDBRecord, AttributeValue as StreamAttribute } from "aws-lambda";
import { Webhook } from "standardwebhooks";
import * as v from "valibot";
import { onTestFinished } from "vitest";
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

const Told = v.object({
  type: v.string(),
  timestamp: v.pipe(v.string(), v.isoTimestamp()),
  data: v.looseObject({
    id: v.optional(v.string()),
    status: v.optional(v.string()),
    version: v.optional(v.number()),
  }),
});

type Behaviour = number | "hang" | { status: number; headers: Record<string, string> };

/** A shop's server that is called back: it answers 204 until told otherwise, and keeps what it was told. */
export async function aReceiver() {
  const calls: { headers: Record<string, string>; body: string; path: string }[] = [];
  const receiver = {
    answers: 204 as Behaviour,
    /** What happens before it answers. */
    meanwhile: async (): Promise<unknown> => undefined,
    url: "",
    calls,
    told,
    verify,
  };
  const server = createServer(async (request, response) => {
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
    calls.push({
      headers: Object.fromEntries(headers),
      body: await text(request),
      path: request.url ?? "",
    });
    await receiver.meanwhile();
    const { answers } = receiver;
    if (answers === "hang") return;
    const { status, headers: more = {} } = typeof answers === "number" ? { status: answers } : answers;
    response.writeHead(status, more).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  receiver.url = `http://localhost:${(server.address() as AddressInfo).port}/callbacks`;

  /** What it was told, call by call, as a shop's server finds it that verifies with this secret. @throws where one does not verify */
  function verify(secret: string) {
    return calls.map(({ headers, body }) => ({
      ...v.parse(Told, new Webhook(secret).verify(body, headers)),
      webhook_id: headers["webhook-id"],
    }));
  }
  /** The same in short: `order.paid paid`. */
  function told(secret: string): string[] {
    return verify(secret).map(({ type, data }) => [type, data.status].filter(Boolean).join(" "));
  }
  return receiver;
}

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

import { QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBRecord } from "aws-lambda";
import * as v from "valibot";
import { configuration } from "../../lib/configuration.ts";
import { dynamodb } from "../../lib/dynamodb/client.ts";
import { OUTBOX_PREFIX } from "../../lib/dynamodb/keys.ts";
import { OutboxRow } from "../../lib/outbox/outbox_row.ts";

type Place = { marketplace: string; id: string };

/** What is to be told of an Order, and what was, in the order in which it happened. */
export async function outboxRows({ marketplace, id }: Place): Promise<OutboxRow[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: configuration.ordersTable,
      KeyConditionExpression: "pk = :marketplace AND begins_with(sk, :outbox)",
      ExpressionAttributeValues: { ":marketplace": marketplace, ":outbox": `${OUTBOX_PREFIX}${id}#` },
      ConsistentRead: true,
    }),
  );
  return v
    .parse(v.array(OutboxRow), Items)
    .sort((one, other) => (one.written_at < other.written_at ? -1 : 1));
}

/** The same as `topic to channel`. */
export const toldOf = async (order: Place): Promise<string[]> =>
  (await outboxRows(order)).map(({ topic, channel }) => `${topic} to ${channel}`).sort();

/** Lets the time pass after which a row is due, and so many ms more. */
export async function rowIsDue({ pk, sk }: { pk: string; sk: string }, ms = 1_000): Promise<void> {
  await dynamodb.send(
    new UpdateCommand({
      TableName: configuration.ordersTable,
      Key: { pk, sk },
      UpdateExpression: "SET outbox_at = :past",
      ConditionExpression: "attribute_exists(outbox_at)",
      ExpressionAttributeValues: { ":past": new Date(Date.now() - ms).toISOString() },
    }),
  );
}

/** The record that Lambda hands over of a row that was just written. */
export const outboxRecord = (row: OutboxRow): DynamoDBRecord => ({
  eventID: "1",
  eventName: "INSERT",
  eventSource: "aws:dynamodb",
  eventVersion: "1.1",
  awsRegion: "eu-central-1",
  dynamodb: {
    SequenceNumber: row.sk,
    StreamViewType: "NEW_IMAGE",
    NewImage: v.parse(Image, marshall(row, { removeUndefinedValues: true })),
  },
});

/** As Lambda has it: without bytes, of which these rows have none. */
const Image = v.record(
  v.string(),
  v.custom<NonNullable<NonNullable<DynamoDBRecord["dynamodb"]>["NewImage"]>[string]>(() => true),
);

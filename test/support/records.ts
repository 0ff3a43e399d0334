import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDBRecord, AttributeValue as StreamAttribute } from "aws-lambda";
import { configuration } from "../../lib/configuration.ts";
import { dynamodb } from "../../lib/dynamodb/client.ts";
import { eventKey } from "../../lib/dynamodb/keys.ts";

/** The record that Lambda hands over when the event's row has just been inserted: bytes are base64 there. */
export async function insertRecord({ space }: { space: string }, id: string): Promise<DynamoDBRecord> {
  const { Item = {} } = await dynamodb.send(
    new GetItemCommand({
      TableName: configuration.eventsTable,
      Key: { pk: { S: eventKey(space, id).pk } },
      ConsistentRead: true,
    }),
  );
  const image = JSON.stringify(Item, (_key, value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value,
  );
  const NewImage: Record<string, StreamAttribute> = JSON.parse(image);
  return {
    eventID: "1",
    eventName: "INSERT",
    eventSource: "aws:dynamodb",
    eventVersion: "1.1",
    awsRegion: "eu-central-1",
    dynamodb: { SequenceNumber: `sequence-${id}`, StreamViewType: "NEW_IMAGE", NewImage },
  };
}

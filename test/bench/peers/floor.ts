/** What no way to store an event can be faster than: one conditional write of the same bytes, made beforehand. */
import { PutItemCommand, type PutItemCommandInput } from "@aws-sdk/client-dynamodb";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { mask } from "../../../lib/secrets/mask.ts";
import { parseEvent } from "../../../lib/stripe_events/incoming_event.ts";
import { newRow } from "../../../lib/stripe_events/store_event.ts";
import { verifiedWith } from "../../../lib/stripe_events/stored_event.ts";

/** The write that the product would make of a delivery. */
export function prepare({ body = "", pathParameters = {} }: APIGatewayProxyEventV2): PutItemCommandInput {
  const bytes = Buffer.from(body);
  const event = parseEvent(bytes);
  if (!event) throw new Error("this is no event");
  const { space = "", marketplace } = pathParameters;
  return {
    TableName: process.env.EVENTS_TABLE,
    Item: newRow(space, event, bytes, verifiedWith(marketplace, mask("whsec_4242"))),
    ConditionExpression: "attribute_not_exists(pk)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  };
}

export const handler = async (input: PutItemCommandInput): Promise<{ statusCode: number }> => {
  await dynamodb.send(new PutItemCommand(input));
  return { statusCode: 200 };
};

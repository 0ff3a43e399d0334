import { DynamoDBClient, PutItemCommand, type PutItemCommandInput } from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient({});

/** The least that a Lambda can be that writes an item. */
export const handler = async (input: PutItemCommandInput): Promise<{ statusCode: number }> => {
  await client.send(new PutItemCommand(input));
  return { statusCode: 200 };
};

import { DynamoDBClient, ScanCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { Demo } from "../../local/demo.ts";
import type { Place } from "./product.ts";

const local = { region: "local", credentials: { accessKeyId: "local", secretAccessKey: "local" } };
const TableName = "convene-stripe-local-events";

/** Lets the time pass after which every lease of the running product is over, and retry come by. */
export async function passLeases({ env }: Place, { dynamodbEndpoint }: Demo): Promise<void> {
  const tables = new DynamoDBClient({ ...local, endpoint: dynamodbEndpoint });
  const { Items = [] } = await tables.send(
    new ScanCommand({ TableName, FilterExpression: "attribute_exists(due_at)", ProjectionExpression: "pk" }),
  );
  for (const { pk } of Items) {
    if (!pk) continue;
    const past = new Date(Date.now() - 1_000).toISOString();
    const update = {
      UpdateExpression: "SET due_at = :past",
      ExpressionAttributeValues: { ":past": { S: past } },
    };
    await tables.send(new UpdateItemCommand({ TableName, Key: { pk }, ...update }));
  }
  const lambda = new LambdaClient({ ...local, endpoint: `http://127.0.0.1:${Number(env.PORT) + 2}` });
  await lambda.send(new InvokeCommand({ FunctionName: "convene-stripe-local-retryStripeEvents" }));
}

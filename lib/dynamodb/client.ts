import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { configuration } from "../configuration.ts";

/** In ms. On a busy laptop DynamoDB Local takes seconds for what takes AWS milliseconds, and asking again makes it busier. */
const PATIENCE =
  configuration.stage === "local"
    ? { connectionTimeout: 5_000, requestTimeout: 15_000 }
    : { connectionTimeout: 500, requestTimeout: 1_500 };

/**
 * The one DynamoDB client. Three tries of at most 1.5 s each: an item read or written takes milliseconds,
 * so what takes longer is better tried again or given up while the caller still waits.
 */
export const dynamodb = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { ...PATIENCE, throwOnRequestTimeout: true },
  }),
  { marshallOptions: { removeUndefinedValues: true } },
);

import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { batchGet } from "../dynamodb/batch_get.ts";
import { dynamodb } from "../dynamodb/client.ts";

/** As many as DynamoDB gets in one call ("BatchGetItem"). */
const AT_A_TIME = 100;

/** Where in a Space's log a reader stands. */
export type LogKey = v.InferOutput<typeof LogKey>;
export const LogKey = v.object({ pk: v.string(), created: v.number() });

/**
 * Some of a Space's whole log, payloads and all, behind a place: the oldest first, so that what comes in meanwhile is read, too.
 * @returns the rows as they are stored, and where to go on; undefined at the end
 */
export async function logPage(
  space: string,
  from: LogKey | undefined,
): Promise<{ rows: Record<string, unknown>[]; last: LogKey | undefined }> {
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      TableName: configuration.eventsTable,
      IndexName: "log",
      KeyConditionExpression: "#space = :space",
      ExpressionAttributeNames: { "#space": "space" },
      ExpressionAttributeValues: { ":space": space },
      Limit: AT_A_TIME,
      ...(from && { ExclusiveStartKey: { ...from, space } }),
    }),
  );
  const keys = v.parse(v.array(v.object({ pk: v.string() })), Items);
  const rows = keys.length > 0 ? await batchGet(configuration.eventsTable, keys) : [];
  const found = new Map(rows.map((row) => [row.pk, row]));
  return {
    rows: keys.map(({ pk }) => found.get(pk)).filter((row) => row !== undefined),
    last: LastEvaluatedKey && v.parse(LogKey, LastEvaluatedKey),
  };
}

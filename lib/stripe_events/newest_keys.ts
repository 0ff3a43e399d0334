import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { LogKey } from "./log_page.ts";

/** The newest of a Space's events that happened in a span, in s since the epoch: their keys alone, of the index that has no more. */
export async function newestKeys(
  space: string,
  { first, last }: { first: number; last: number },
  limit: number,
): Promise<LogKey[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: configuration.eventsTable,
      IndexName: "log",
      KeyConditionExpression: "#space = :space AND created BETWEEN :first AND :last",
      ExpressionAttributeNames: { "#space": "space" },
      ExpressionAttributeValues: { ":space": space, ":first": first, ":last": last },
      ScanIndexForward: false,
      Limit: limit,
    }),
  );
  return v.parse(v.array(LogKey), Items);
}

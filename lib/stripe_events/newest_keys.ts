import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import type { EventFilter } from "./event_filter.ts";
import { LogKey } from "./log_page.ts";

/** In s since the epoch, from the first to the last. */
export type Span = { first: number; last: number };

export const spanOf = ({ from, to }: Pick<EventFilter, "from" | "to">): Span => ({
  first: Math.ceil((from ?? Number.MIN_SAFE_INTEGER) / 1_000),
  last: Math.floor((to ?? Number.MAX_SAFE_INTEGER) / 1_000),
});

/**
 * The newest of a Space's events that happened in a span: their keys alone, of the index that has no more.
 * @param after the key behind which to go on
 */
export async function newestKeys(
  space: string,
  { first, last }: Span,
  limit: number,
  after?: LogKey,
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
      ...(after && { ExclusiveStartKey: { ...after, space } }),
    }),
  );
  return v.parse(v.array(LogKey), Items);
}

import { QueryCommand, type QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import { dynamodb } from "./client.ts";

/** A query's rows, as many at a time as DynamoDB answers at once (1 MB, or the query's `Limit`), until there are no more. */
export async function* pages(query: QueryCommandInput): AsyncGenerator<Record<string, unknown>[]> {
  let from: QueryCommandInput["ExclusiveStartKey"];
  do {
    const { Items = [], LastEvaluatedKey } = await dynamodb.send(
      new QueryCommand({ ...query, ...(from && { ExclusiveStartKey: from }) }),
    );
    yield Items;
    from = LastEvaluatedKey;
  } while (from);
}

/** All rows of a query, however many pages they fill. */
export async function allRows(query: QueryCommandInput): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for await (const page of pages(query)) rows.push(...page);
  return rows;
}

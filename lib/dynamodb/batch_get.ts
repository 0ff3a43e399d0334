import { BatchGetCommand, type BatchGetCommandInput } from "@aws-sdk/lib-dynamodb";
import { dynamodb } from "./client.ts";

type Keys = Record<string, unknown>[];
type Projection = Omit<NonNullable<BatchGetCommandInput["RequestItems"]>[string], "Keys">;

/** The rows that there are, of at most 100 keys, in any order. */
export async function batchGet(table: string, keys: Keys, projection: Projection = {}): Promise<Keys> {
  const rows: Keys = [];
  let left = keys;
  while (left.length > 0) {
    const { Responses = {}, UnprocessedKeys = {} } = await dynamodb.send(
      new BatchGetCommand({ RequestItems: { [table]: { ...projection, Keys: left } } }),
    );
    rows.push(...(Responses[table] ?? []));
    left = UnprocessedKeys[table]?.Keys ?? [];
  }
  return rows;
}

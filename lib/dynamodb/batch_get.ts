import { setTimeout as wait } from "node:timers/promises";
import { BatchGetCommand, type BatchGetCommandInput } from "@aws-sdk/lib-dynamodb";
import { dynamodb } from "./client.ts";

type Keys = Record<string, unknown>[];
type Projection = Omit<NonNullable<BatchGetCommandInput["RequestItems"]>[string], "Keys">;

/** Before what DynamoDB had no room for is asked for again, in ms at first and at most: each time twice as long, at random. */
const [FIRST_WAIT_MS, MAX_WAIT_MS] = [25, 1_000];

/** The rows that there are, of at most 100 keys, in any order. */
export async function batchGet(table: string, keys: Keys, projection: Projection = {}): Promise<Keys> {
  const rows: Keys = [];
  let left = keys;
  for (let tries = 0; left.length > 0; tries++) {
    if (tries > 0) await wait(Math.random() * Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** tries));
    const { Responses = {}, UnprocessedKeys = {} } = await dynamodb.send(
      new BatchGetCommand({ RequestItems: { [table]: { ...projection, Keys: left } } }),
    );
    rows.push(...(Responses[table] ?? []));
    left = UnprocessedKeys[table]?.Keys ?? [];
  }
  return rows;
}

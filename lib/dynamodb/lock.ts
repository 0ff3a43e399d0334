import { randomUUID } from "node:crypto";
import { DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { after, iso, now, toSeconds } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "./client.ts";
import { ifCondition } from "./conditional.ts";
import { lockKey } from "./keys.ts";

/** How long a lock holds whose holder is gone, in ms. What takes longer must be safe by itself. */
const HOLD_MS = 60_000;

/** Does `work` while nobody else of the Space does anything under this name. @returns undefined where somebody does. */
export async function withLock<Result>(
  space: string,
  name: string,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  const TableName = configuration.settingsTable;
  const Key = lockKey(space, name);
  const holder = randomUUID();
  const until = after(now(), HOLD_MS);
  const taken = await ifCondition(
    dynamodb.send(
      new PutCommand({
        TableName,
        Item: { ...Key, holder, until: iso(until), expires_at_s: toSeconds(until) },
        ConditionExpression: "attribute_not_exists(pk) OR #until < :now",
        ExpressionAttributeNames: { "#until": "until" },
        ExpressionAttributeValues: { ":now": iso(now()) },
      }),
    ),
  );
  if (!taken) return undefined;
  try {
    return await work();
  } finally {
    await release(Key, holder);
  }
}

/** Unless it is somebody else's by now. What cannot be released expires. */
async function release(Key: Record<string, string>, holder: string): Promise<void> {
  try {
    await dynamodb.send(
      new DeleteCommand({
        TableName: configuration.settingsTable,
        Key,
        ConditionExpression: "holder = :holder",
        ExpressionAttributeValues: { ":holder": holder },
      }),
    );
  } catch {
    // It expires by itself.
  }
}

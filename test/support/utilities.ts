import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { configuration } from "../../lib/configuration.ts";
import { dynamodb } from "../../lib/dynamodb/client.ts";
import { utilityKey } from "../../lib/dynamodb/keys.ts";
import { open } from "../../lib/secrets/seal.ts";
import { getUtility } from "../../lib/utilities/get_utility.ts";
import { apiTokenContext } from "../../lib/utilities/stripe_utility.ts";
import type { TestSpace } from "./spaces.ts";

/** The Utility's row as it stands in the table. */
export async function utilityItem({
  space,
  utility,
}: Pick<TestSpace, "space" | "utility">): Promise<Record<string, unknown>> {
  const Key = utilityKey(space, utility);
  const { Item } = await dynamodb.send(
    new GetCommand({ TableName: configuration.settingsTable, Key, ConsistentRead: true }),
  );
  if (!Item) throw new Error("there is no such Utility");
  return Item;
}

/** The key that is saved, opened. */
export async function savedKey({ space, utility }: Pick<TestSpace, "space" | "utility">): Promise<string> {
  const { api_token } = await getUtility(space, utility);
  if (!api_token) throw new Error("no key is saved");
  return await open(api_token, apiTokenContext(space, utility));
}

/** Lets the Space have had its key for so long. */
export async function keySavedBefore({ space, utility }: Pick<TestSpace, "space" | "utility">, ms: number) {
  await dynamodb.send(
    new UpdateCommand({
      TableName: configuration.settingsTable,
      Key: utilityKey(space, utility),
      UpdateExpression: "SET stripe_platform_since = :since",
      ExpressionAttributeValues: { ":since": new Date(Date.now() - ms).toISOString() },
    }),
  );
}

import { randomBytes, randomUUID } from "node:crypto";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { configuration } from "../../lib/configuration.ts";
import { dynamodb } from "../../lib/dynamodb/client.ts";
import { spaceKey, utilityRow } from "../../lib/dynamodb/keys.ts";
import { seal } from "../../lib/secrets/seal.ts";
import { apiTokenContext } from "../../lib/utilities/stripe_utility.ts";

export const anApiToken = (prefix = "sk_test_"): string => `${prefix}${randomBytes(24).toString("hex")}`;

/** A Space's Stripe Utility, saved with a key or, where there is none, without. */
export async function saveApiToken(
  space: string,
  apiToken: string | undefined,
  utility: string = randomUUID(),
): Promise<void> {
  const api_token = apiToken && (await seal(apiToken, apiTokenContext(space, utility)));
  await dynamodb.send(
    new PutCommand({
      TableName: configuration.settingsTable,
      Item: {
        pk: spaceKey(space),
        sk: utilityRow(utility),
        space,
        utility,
        name: "Stripe",
        api_token,
        version: 0,
      },
    }),
  );
}

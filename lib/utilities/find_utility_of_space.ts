import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { spaceKey, UTILITY_PREFIX } from "../dynamodb/keys.ts";
import { StripeUtility } from "./stripe_utility.ts";

/** A Space's one Stripe Utility; undefined where it has none yet. */
export async function findUtilityOfSpace(space: string): Promise<StripeUtility | undefined> {
  const { Items: [utility] = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: configuration.settingsTable,
      KeyConditionExpression: "pk = :space AND begins_with(sk, :utility)",
      ExpressionAttributeValues: { ":space": spaceKey(space), ":utility": UTILITY_PREFIX },
      Limit: 1,
      ConsistentRead: true,
    }),
  );
  return utility && v.parse(StripeUtility, utility);
}

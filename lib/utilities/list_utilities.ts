import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { spaceKey, utilityRow } from "../dynamodb/keys.ts";
import { StripeUtility } from "./stripe_utility.ts";

/** A Space's Stripe Utility; more than one where they were made before a Space was held to one. In the order of their ids. */
export async function listUtilities(space: string): Promise<StripeUtility[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: configuration.settingsTable,
      KeyConditionExpression: "pk = :space AND begins_with(sk, :utility)",
      ExpressionAttributeValues: { ":space": spaceKey(space), ":utility": utilityRow("") },
      ConsistentRead: true,
    }),
  );
  return v.parse(v.array(StripeUtility), Items);
}

/** The Utility that the Space sells with: of several, the first that has a key. */
export const sellingUtility = (utilities: StripeUtility[]): StripeUtility | undefined =>
  utilities.find(({ api_token }) => api_token);

import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { ErasedBuyer } from "../buyers/erased_buyer.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { isErasedBuyer, spaceKey, UTILITY_PREFIX } from "../dynamodb/keys.ts";
import { allRows } from "../dynamodb/pages.ts";
import { StripeUtility } from "./stripe_utility.ts";

/** A Space's one Stripe Utility; undefined where it has none yet. */
export async function findUtilityOfSpace(space: string): Promise<StripeUtility | undefined> {
  // It sorts before whom the Space has erased.
  const { Items: [utility] = [] } = await dynamodb.send(new QueryCommand({ ...ofSpace(space), Limit: 1 }));
  return utility && v.parse(StripeUtility, utility);
}

const Row = v.looseObject({ sk: v.string() });

/** The same, and whom the Space has erased, in one query. */
export async function findUtilityAndErased(
  space: string,
): Promise<{ utility: StripeUtility | undefined; erased: ErasedBuyer[] }> {
  const rows = v.parse(v.array(Row), await allRows(ofSpace(space)));
  const utility = rows.find(({ sk }) => !isErasedBuyer(sk));
  return {
    utility: utility && v.parse(StripeUtility, utility),
    erased: v.parse(
      v.array(ErasedBuyer),
      rows.filter(({ sk }) => isErasedBuyer(sk)),
    ),
  };
}

const ofSpace = (space: string) => ({
  TableName: configuration.settingsTable,
  KeyConditionExpression: "pk = :space AND begins_with(sk, :utility)",
  ExpressionAttributeValues: { ":space": spaceKey(space), ":utility": UTILITY_PREFIX },
  ConsistentRead: true,
});

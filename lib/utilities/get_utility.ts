import { GetCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { utilityKey } from "../dynamodb/keys.ts";
import { NotFound } from "../errors.ts";
import { isUuid } from "../ids.ts";
import { StripeUtility } from "./stripe_utility.ts";

/** @throws {NotFound} */
export async function getUtility(space: string, utility: string): Promise<StripeUtility> {
  if (!isUuid(utility)) throw new NotFound();
  const { Item } = await dynamodb.send(
    new GetCommand({
      TableName: configuration.settingsTable,
      Key: utilityKey(space, utility),
      ConsistentRead: true,
    }),
  );
  if (!Item) throw new NotFound();
  return v.parse(StripeUtility, Item);
}

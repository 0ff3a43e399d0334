import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { MARKETPLACE_PREFIX, spaceKey } from "../dynamodb/keys.ts";
import { Marketplace } from "./marketplace.ts";

/** As many as a person still finds one among in a list, and a page has room for: 100 names are some 10 KB of its 60. */
export const FEW = 100;

/** A Space's Marketplaces by their names, where it has {@link FEW} at most; of one that has more, undefined, and no more is read. */
export async function fewMarketplaces(space: string): Promise<Marketplace[] | undefined> {
  const { Items, LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      TableName: configuration.settingsTable,
      KeyConditionExpression: "pk = :space AND begins_with(sk, :marketplace)",
      ExpressionAttributeValues: { ":space": spaceKey(space), ":marketplace": MARKETPLACE_PREFIX },
      ConsistentRead: true,
      Limit: FEW + 1,
    }),
  );
  return LastEvaluatedKey ? undefined : ifFew(v.parse(v.array(Marketplace), Items));
}

/** The same of all, where they are read already. */
export const ifFew = (all: Marketplace[]): Marketplace[] | undefined =>
  all.length > FEW ? undefined : all.toSorted((one, other) => one.name.localeCompare(other.name));

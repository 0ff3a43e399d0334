import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { MARKETPLACE_PREFIX, spaceKey } from "../dynamodb/keys.ts";
import { allRows } from "../dynamodb/pages.ts";
import { Marketplace } from "./marketplace.ts";

/** All Marketplaces of a Space. */
export async function listMarketplaces(space: string): Promise<Marketplace[]> {
  const rows = await allRows({
    TableName: configuration.settingsTable,
    KeyConditionExpression: "pk = :space AND begins_with(sk, :marketplace)",
    ExpressionAttributeValues: { ":space": spaceKey(space), ":marketplace": MARKETPLACE_PREFIX },
    ConsistentRead: true,
  });
  return v.parse(v.array(Marketplace), rows);
}

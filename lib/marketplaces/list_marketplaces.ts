import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { MARKETPLACE_PREFIX, spaceKey } from "../dynamodb/keys.ts";
import { Marketplace } from "./marketplace.ts";

/** All Marketplaces of a Space. */
export async function listMarketplaces(space: string): Promise<Marketplace[]> {
  const marketplaces: Marketplace[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await dynamodb.send(
      new QueryCommand({
        TableName: configuration.settingsTable,
        KeyConditionExpression: "pk = :space AND begins_with(sk, :marketplace)",
        ExpressionAttributeValues: { ":space": spaceKey(space), ":marketplace": MARKETPLACE_PREFIX },
        ConsistentRead: true,
        ...(from && { ExclusiveStartKey: from }),
      }),
    );
    marketplaces.push(...v.parse(v.array(Marketplace), Items));
    from = LastEvaluatedKey;
  } while (from);
  return marketplaces;
}

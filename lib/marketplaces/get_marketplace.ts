import { GetCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { marketplaceKey } from "../dynamodb/keys.ts";
import { NotFound } from "../errors.ts";
import { isSlug, isUuid, type MarketplaceRef } from "../ids.ts";
import { Marketplace } from "./marketplace.ts";

/** @throws {NotFound} */
export async function getMarketplace(place: MarketplaceRef): Promise<Marketplace> {
  if (!isSlug(place.room) || !isUuid(place.marketplace)) throw new NotFound();
  const { Item } = await dynamodb.send(
    new GetCommand({
      TableName: configuration.settingsTable,
      Key: marketplaceKey(place),
      ConsistentRead: true,
    }),
  );
  if (!Item) throw new NotFound();
  return v.parse(Marketplace, Item);
}

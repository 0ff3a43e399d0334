import { configuration } from "../configuration.ts";
import { findRow } from "../dynamodb/find_row.ts";
import { marketplaceKey } from "../dynamodb/keys.ts";
import { NotFound } from "../errors.ts";
import { isSlug, isUuid, type MarketplaceRef } from "../ids.ts";
import { Marketplace } from "./marketplace.ts";

/** @throws {NotFound} */
export async function getMarketplace(place: MarketplaceRef): Promise<Marketplace> {
  if (!isSlug(place.room) || !isUuid(place.marketplace)) throw new NotFound();
  const row = await findRow(Marketplace, configuration.settingsTable, marketplaceKey(place));
  if (!row) throw new NotFound();
  return row;
}

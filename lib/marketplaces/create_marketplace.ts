import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { auditPut } from "../audit/audit.ts";
import { configuration } from "../configuration.ts";
import { marketplaceKey } from "../dynamodb/keys.ts";
import { transact } from "../dynamodb/transact.ts";
import { fields } from "../http/body.ts";
import type { MarketplaceRef } from "../ids.ts";
import { Name, Slug } from "../spaces/space.ts";

/** The Room goes before the one in the path, which a form cannot change. */
export const NewMarketplace = fields({ marketplace_name: Name, room: v.optional(Slug) });

/** @returns where the new Marketplace is. */
export async function createMarketplace(
  space: string,
  room: string,
  name: string,
  actor: string,
): Promise<MarketplaceRef> {
  const place = { space, room, marketplace: randomUUID() };
  await transact([
    { Put: { TableName: configuration.settingsTable, Item: { ...marketplaceKey(place), ...place, name } } },
    auditPut(space, actor, `created the Marketplace ${name} in the Room ${room}`),
  ]);
  return place;
}

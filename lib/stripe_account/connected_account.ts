import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { findRow } from "../dynamodb/find_row.ts";
import { accountKey } from "../dynamodb/keys.ts";
import type { MarketplaceRef } from "../ids.ts";

/** Which Marketplaces use a connected account. It belongs to one Space: another cannot connect it. */
type ConnectedAccount = { space: string; places: MarketplaceRef[] };

/** A Marketplace as an element of the row's set. */
export const placeElement = ({ room, marketplace }: MarketplaceRef): string => `${room}#${marketplace}`;

const Row = v.object({
  space: v.string(),
  marketplaces: v.optional(v.set(v.string()), new Set<string>()),
});

/** Undefined for an account that nobody here uses. */
export async function findConnectedAccount(account: string): Promise<ConnectedAccount | undefined> {
  const row = await findRow(Row, configuration.settingsTable, accountKey(account));
  if (!row) return undefined;
  const { space, marketplaces } = row;
  const places = [...marketplaces].map((element) => {
    const [room = "", marketplace = ""] = element.split("#");
    return { space, room, marketplace };
  });
  return places.length > 0 ? { space, places } : undefined;
}

/** The part of a transaction that lets a Marketplace use an account. Its condition fails where that is another Space's. */
export const claimUpdate = (account: string, place: MarketplaceRef) => ({
  Update: {
    TableName: configuration.settingsTable,
    Key: accountKey(account),
    UpdateExpression: "SET #space = :space ADD marketplaces :marketplace",
    // An empty set is no attribute: nobody uses it any more.
    ConditionExpression: "attribute_not_exists(marketplaces) OR #space = :space",
    ExpressionAttributeNames: { "#space": "space" },
    ExpressionAttributeValues: { ":space": place.space, ":marketplace": new Set([placeElement(place)]) },
  },
});

/** The part of a transaction that ends it. */
export const releaseUpdate = (account: string, place: MarketplaceRef) => ({
  Update: {
    TableName: configuration.settingsTable,
    Key: accountKey(account),
    UpdateExpression: "DELETE marketplaces :marketplace",
    ExpressionAttributeValues: { ":marketplace": new Set([placeElement(place)]) },
  },
});

import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { findRow } from "../dynamodb/find_row.ts";
import { accountKey } from "../dynamodb/keys.ts";
import type { MarketplaceRef } from "../ids.ts";
import { findUtilityOfSpace } from "../utilities/find_utility_of_space.ts";
import type { StripeUtility } from "../utilities/stripe_utility.ts";

/** A Marketplace as an element of the row's set. */
export const placeElement = ({ space, room, marketplace }: MarketplaceRef): string =>
  `${space}#${room}#${marketplace}`;

/** As it was while an account could be of one Space only, which the row names. */
const elementOfBefore = ({ room, marketplace }: MarketplaceRef): string => `${room}#${marketplace}`;

const Row = v.object({
  space: v.optional(v.string(), ""),
  marketplaces: v.optional(v.set(v.string()), new Set<string>()),
});

/** The Marketplaces that use a connected account, of whichever Spaces. */
export async function placesOf(account: string): Promise<MarketplaceRef[]> {
  const row = await findRow(Row, configuration.settingsTable, accountKey(account));
  const places = [...(row?.marketplaces ?? [])].map((element): [string, MarketplaceRef] => {
    const [marketplace = "", room = "", space = row?.space ?? ""] = element.split("#").reverse();
    return [marketplace, { space, room, marketplace }];
  });
  return [...new Map(places).values()];
}

/**
 * Whether the Vendor's grant to a platform carries another Marketplace than this one: of the Space, or of another Space of
 * the same platform account. Ended at Stripe, it would end for all of them.
 */
export async function isGrantShared(
  account: string,
  { space, marketplace }: MarketplaceRef,
  platform: Pick<StripeUtility, "stripe_platform_account"> | undefined,
): Promise<boolean> {
  const others = (await placesOf(account)).filter((place) => place.marketplace !== marketplace);
  if (others.some((place) => place.space === space)) return true;
  const spaces = new Set(others.map((place) => place.space));
  const utilities = await Promise.all([...spaces].map(findUtilityOfSpace));
  return utilities.some(
    (utility) =>
      utility?.stripe_platform_account !== undefined &&
      utility.stripe_platform_account === platform?.stripe_platform_account,
  );
}

/** The part of a transaction that lets a Marketplace use an account. */
export const claimUpdate = (account: string, place: MarketplaceRef) => ({
  Update: {
    TableName: configuration.settingsTable,
    Key: accountKey(account),
    UpdateExpression: "ADD marketplaces :marketplace",
    ExpressionAttributeValues: { ":marketplace": new Set([placeElement(place)]) },
  },
});

/** The part of a transaction that ends it. */
export const releaseUpdate = (account: string, place: MarketplaceRef) => ({
  Update: {
    TableName: configuration.settingsTable,
    Key: accountKey(account),
    UpdateExpression: "DELETE marketplaces :marketplace",
    ExpressionAttributeValues: { ":marketplace": new Set([placeElement(place), elementOfBefore(place)]) },
  },
});

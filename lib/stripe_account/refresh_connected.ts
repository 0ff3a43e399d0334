import type Stripe from "stripe";
import { getMarketplace } from "../marketplaces/get_marketplace.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { placesOf } from "./connected_account.ts";
import { linkedAccount, refreshAccount } from "./refresh_account.ts";

/**
 * Brings every Marketplace of the Space that uses the account to where Stripe says it is.
 * @returns those Marketplaces as they are then; none where none of its Marketplaces does.
 */
export async function refreshConnected(
  account: string,
  space: string,
  stripe: Stripe,
): Promise<Marketplace[]> {
  const places = (await placesOf(account)).filter((place) => place.space === space);
  const marketplaces = await Promise.all(places.map(getMarketplace));
  const using = marketplaces.filter((marketplace) => linkedAccount(marketplace) === account);
  return await Promise.all(using.map((marketplace) => refreshAccount(marketplace, stripe)));
}

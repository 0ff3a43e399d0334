import type { MarketplaceRef } from "../marketplaces/marketplace.ts";
import { marketplacePath } from "../marketplaces/urls.ts";

/** Where a Marketplace's Orders are listed, and where one of them is. */
export const ordersPath = (place: MarketplaceRef): string => `${marketplacePath(place)}/orders`;
export const orderPath = (place: MarketplaceRef, order: string): string => `${ordersPath(place)}/${order}`;

import type { MarketplacePlace } from "../marketplaces/marketplace.ts";
import { marketplacePath } from "../marketplaces/urls.ts";

/** Where a Marketplace's Orders are listed, and where one of them is. */
export const ordersPath = (place: MarketplacePlace): string => `${marketplacePath(place)}/orders`;
export const orderPath = (place: MarketplacePlace, order: string): string => `${ordersPath(place)}/${order}`;

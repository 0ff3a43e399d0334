import { NotFound } from "../errors.ts";
import { getMarketplace } from "../marketplaces/get_marketplace.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import type { Order } from "../orders/order.ts";

/** The Marketplace that sold an Order; an Order from before its Room was kept is looked for in all of the Space. */
export async function findSeller({ space, room, marketplace }: Order): Promise<Marketplace | undefined> {
  if (!room) return (await listMarketplaces(space)).find((each) => each.marketplace === marketplace);
  try {
    return await getMarketplace({ space, room, marketplace });
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

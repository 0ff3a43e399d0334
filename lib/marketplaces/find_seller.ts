import { NotFound } from "../errors.ts";
import { getMarketplace } from "./get_marketplace.ts";
import { listMarketplaces } from "./list_marketplaces.ts";
import type { Marketplace } from "./marketplace.ts";

/** Where an Order was sold; without its Room where it was placed before that was kept. */
type Sold = { space: string; room?: string | undefined; marketplace: string };

/** The Marketplace that sold an Order; an Order from before its Room was kept is looked for in all of the Space. */
export async function findSeller({ space, room, marketplace }: Sold): Promise<Marketplace | undefined> {
  if (!room) return (await listMarketplaces(space)).find((each) => each.marketplace === marketplace);
  try {
    return await getMarketplace({ space, room, marketplace });
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

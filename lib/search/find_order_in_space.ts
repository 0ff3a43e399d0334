import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { batchGet } from "../dynamodb/batch_get.ts";
import { orderKey } from "../dynamodb/keys.ts";
import { isUlid } from "../ids.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import { Order } from "../orders/order.ts";

/** As many as DynamoDB gets in one call ("BatchGetItem"). */
const AT_A_TIME = 100;

/** An Order by its id alone, in whichever of the Space's Marketplaces it is. */
export async function findOrderInSpace(space: string, id: string): Promise<Order | undefined> {
  if (!isUlid(id)) return undefined;
  const marketplaces = await listMarketplaces(space);
  for (let from = 0; from < marketplaces.length; from += AT_A_TIME) {
    const keys = marketplaces
      .slice(from, from + AT_A_TIME)
      .map(({ marketplace }) => orderKey(marketplace, id));
    const [row] = await batchGet(configuration.ordersTable, keys);
    if (row) return v.parse(Order, row);
  }
  return undefined;
}

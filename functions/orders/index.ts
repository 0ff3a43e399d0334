import { api, json } from "../../lib/http/api.ts";
import { pageOf } from "../../lib/http/page.ts";
import { marketplaceOf } from "../../lib/marketplaces/marketplace_of.ts";
import { listOrders } from "../../lib/orders/list_orders.ts";
import { presentOrder } from "../../lib/orders/present_order.ts";

/** A Marketplace's Orders, newest first. */
export const handler = api(async (request) => {
  const { marketplace } = await marketplaceOf(request, "representative");
  const { data, next } = await listOrders(marketplace, pageOf(request));
  return json(200, { data: await Promise.all(data.map(presentOrder)), next });
});

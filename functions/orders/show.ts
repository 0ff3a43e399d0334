import { NotFound } from "../../lib/errors.ts";
import { api, json } from "../../lib/http/api.ts";
import { marketplaceOf } from "../../lib/marketplaces/marketplace_of.ts";
import { findOrder } from "../../lib/orders/find_order.ts";
import { presentOrder } from "../../lib/orders/present_order.ts";

/** One Order with its timeline. */
export const handler = api(async (request) => {
  const { marketplace } = await marketplaceOf(request, "representative");
  const order = await findOrder(marketplace, request.pathParameters?.order ?? "");
  if (!order) throw new NotFound();
  return json(200, await presentOrder(order));
});

import { api, json } from "../../lib/http/api.ts";
import { jsonBody } from "../../lib/http/body.ts";
import { authorizeMarketplace } from "../../lib/marketplaces/authorize_marketplace.ts";
import { carryOver } from "../../lib/orders/import_order.ts";
import { CarryOverRequest } from "../../lib/orders/import_order_request.ts";
import { presentOrder } from "../../lib/orders/present_order.ts";

/** Carries over an Order that was begun elsewhere, with the Checkout Session that its buyer was sent to. */
export const handler = api(async (request) => {
  const marketplace = await authorizeMarketplace(request, "program");
  const { order, isNew } = await carryOver(marketplace, jsonBody(request, CarryOverRequest));
  return json(isNew ? 201 : 200, await presentOrder(order));
});

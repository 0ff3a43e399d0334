import { requireRole } from "../../lib/access/require_role.ts";
import { api, json } from "../../lib/http/api.ts";
import { inputOf, jsonBody } from "../../lib/http/input.ts";
import { marketplaceInPath } from "../../lib/marketplaces/marketplace_in_path.ts";
import { importOrder } from "../../lib/orders/import_order.ts";
import { ImportOrderRequest } from "../../lib/orders/import_order_request.ts";
import { presentOrderWhole } from "../../lib/stripe_events/present_order_whole.ts";

/** Imports an Order that was begun elsewhere, with the Checkout Session that its buyer was sent to. */
export const handler = api(requireRole("program", "sell"), jsonBody).handler(async (request, { access }) => {
  const marketplace = await marketplaceInPath({ request, access });
  const { order, isNew } = await importOrder(marketplace, inputOf(request, ImportOrderRequest));
  return json(isNew ? 201 : 200, await presentOrderWhole(order));
});

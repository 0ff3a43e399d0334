import { randomUUID } from "node:crypto";
import { requireRole } from "../../lib/access/require_role.ts";
import { CheckoutRequest } from "../../lib/checkouts/checkout_request.ts";
import { createCheckout } from "../../lib/checkouts/create_checkout.ts";
import { placeTestOrder, TestOrderForm } from "../../lib/checkouts/place_test_order.ts";
import { presentCheckout } from "../../lib/checkouts/present_checkout.ts";
import { api, json } from "../../lib/http/api.ts";
import { inputOf, isForm, jsonBody } from "../../lib/http/input.ts";
import type { HttpHandler } from "../../lib/http/request.ts";
import { marketplaceInPath } from "../../lib/marketplaces/marketplace_in_path.ts";
import { action } from "../../lib/pages/route.ts";
import { orderPath } from "../../lib/urls.ts";

const ofShop = api(requireRole("program", "sell"), jsonBody).handler(async (request, { access }) => {
  const marketplace = await marketplaceInPath({ request, access });
  const checkout = inputOf(request, CheckoutRequest);
  const order = await createCheckout(marketplace, checkout, request.headers["idempotency-key"]);
  return json(order.status === "open" ? 201 : 200, presentCheckout(order));
});

const ofMember = action(requireRole("member")).handler(async ({ request, access }) => {
  const marketplace = await marketplaceInPath({ request, access });
  const name = isForm(request)
    ? inputOf(request, TestOrderForm).request
    : (request.headers["idempotency-key"] ?? randomUUID());
  const order = await placeTestOrder(marketplace, name);
  const checkout = presentCheckout(order);
  return {
    to: checkout.url ?? orderPath(marketplace, order.id),
    json: checkout,
    status: order.status === "open" ? 201 : 200,
  };
});

/** Places an Order and answers where its buyer pays, or how it stands where they are through: a shop's, or a member's to try it. */
export const handler: HttpHandler = (request, context) =>
  (request.routeKey.endsWith("/test_orders") ? ofMember : ofShop)(request, context);

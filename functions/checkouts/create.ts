import { CheckoutRequest } from "../../lib/checkouts/checkout_request.ts";
import { createCheckout } from "../../lib/checkouts/create_checkout.ts";
import { api, json } from "../../lib/http/api.ts";
import { jsonBody } from "../../lib/http/body.ts";
import { authorizeMarketplace } from "../../lib/marketplaces/authorize_marketplace.ts";

/** Places an Order and answers where its buyer pays. */
export const handler = api(async (request) => {
  const marketplace = await authorizeMarketplace(request, "program");
  const checkout = jsonBody(request, CheckoutRequest);
  const order = await createCheckout(marketplace, checkout, request.headers["idempotency-key"]);
  return json(201, { order: order.id, checkout_session: order.checkout_session, url: order.checkout_url });
});

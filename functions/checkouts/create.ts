import { requireRole } from "../../lib/access/require_role.ts";
import { CheckoutRequest } from "../../lib/checkouts/checkout_request.ts";
import { countCheckouts } from "../../lib/checkouts/count_checkouts.ts";
import { createCheckout } from "../../lib/checkouts/create_checkout.ts";
import { presentCheckout } from "../../lib/checkouts/present_checkout.ts";
import { api, json } from "../../lib/http/api.ts";
import { inputOf, jsonBody } from "../../lib/http/input.ts";
import { marketplaceInPath } from "../../lib/marketplaces/marketplace_in_path.ts";

/** Places an Order and answers where its buyer pays; or, where the buyer is through already, how it stands. */
export const handler = api(countCheckouts, requireRole("program", "sell"), jsonBody).handler(
  async (request, { access }) => {
    const marketplace = await marketplaceInPath({ request, access });
    const checkout = inputOf(request, CheckoutRequest);
    const order = await createCheckout(marketplace, checkout, request.headers["idempotency-key"]);
    return json(order.status === "open" ? 201 : 200, presentCheckout(order));
  },
);

import { randomUUID } from "node:crypto";
import { requireRole } from "../../lib/access/require_role.ts";
import { placeTestOrder, TestOrderForm } from "../../lib/checkouts/place_test_order.ts";
import { presentCheckout } from "../../lib/checkouts/present_checkout.ts";
import { inputOf, isForm } from "../../lib/http/input.ts";
import type { HttpHandler } from "../../lib/http/request.ts";
import { marketplaceInPath } from "../../lib/marketplaces/marketplace_in_path.ts";
import { decideSplit, SplitDecision } from "../../lib/money/decide_split.ts";
import { settledWords } from "../../lib/money/settle.ts";
import { getOrder } from "../../lib/orders/get_order.ts";
import { presentOrder } from "../../lib/orders/present_order.ts";
import { showOrder } from "../../lib/pages/order_page.ts";
import { action } from "../../lib/pages/route.ts";
import { showFormAgain } from "../../lib/pages/show_form_again.ts";
import { orderPath } from "../../lib/urls.ts";

const decide = action(requireRole("member"), showFormAgain(showOrder)).handler(
  async ({ request, access }) => {
    const marketplace = await marketplaceInPath({ request, access });
    const order = await getOrder(marketplace.marketplace, request.pathParameters?.order);
    const { do: decision, version } = inputOf(request, SplitDecision);
    const settled = await decideSplit(order, decision, access.actor, version);
    const after = await getOrder(order.marketplace, order.id);
    return {
      to: `${orderPath(marketplace, order.id)}#money`,
      notice: { text: settledWords(settled) },
      json: await presentOrder(after),
    };
  },
);

const placeTest = action(requireRole("member")).handler(async ({ request, access }) => {
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

/**
 * Does what a person decided about an Order's money, and answers how it stands then; or places a test Order, which takes nothing
 * that this role may not do already. The shop's function opens no sessions.
 */
export const handler: HttpHandler = (request, context) =>
  (request.routeKey.endsWith("/test_orders") ? placeTest : decide)(request, context);

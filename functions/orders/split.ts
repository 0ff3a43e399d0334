import { requireRole } from "../../lib/access/require_role.ts";
import { inputOf } from "../../lib/http/input.ts";
import { marketplaceInPath } from "../../lib/marketplaces/marketplace_in_path.ts";
import { decideSplit, SplitDecision } from "../../lib/money/decide_split.ts";
import { settledWords } from "../../lib/money/settle.ts";
import { getOrder } from "../../lib/orders/get_order.ts";
import { presentOrder } from "../../lib/orders/present_order.ts";
import { showOrder } from "../../lib/pages/order_page.ts";
import { action } from "../../lib/pages/route.ts";
import { showFormAgain } from "../../lib/pages/show_form_again.ts";
import { orderPath } from "../../lib/urls.ts";

/** Does what a person decided about an Order's money, and answers how it stands then. */
export const handler = action(requireRole("member"), showFormAgain(showOrder)).handler(
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

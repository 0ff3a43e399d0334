import { randomUUID } from "node:crypto";
import { requireRole } from "../../lib/access/require_role.ts";
import { httpError } from "../../lib/errors.ts";
import { inputOf, isForm } from "../../lib/http/input.ts";
import { marketplaceInPath } from "../../lib/marketplaces/marketplace_in_path.ts";
import { RefundForm, RefundRequest, refundOrder } from "../../lib/money/refund_order.ts";
import { refundWords } from "../../lib/money/refund_words.ts";
import { getOrder } from "../../lib/orders/get_order.ts";
import { presentOrder } from "../../lib/orders/present_order.ts";
import { showOrder } from "../../lib/pages/order_page.ts";
import { action } from "../../lib/pages/route.ts";
import { showFormAgain } from "../../lib/pages/show_form_again.ts";
import { orderPath } from "../../lib/urls.ts";

/** Gives a buyer money back. With an `Idempotency-Key`, what is asked twice is one refund; a form has one in it. */
export const handler = action(requireRole("member"), showFormAgain(showOrder)).handler(
  async ({ request, access }) => {
    const marketplace = await marketplaceInPath({ request, access });
    const order = await getOrder(marketplace.marketplace, request.pathParameters?.order);
    const wanted = isForm(request)
      ? inputOf(request, RefundForm)
      : { ...inputOf(request, RefundRequest), request: request.headers["idempotency-key"] ?? randomUUID() };
    const { refund, isNew } = await refundOrder(order, wanted, access.actor);
    if (!isNew && isForm(request)) throw httpError("refunded_already");
    const after = await getOrder(order.marketplace, order.id);
    return {
      to: `${orderPath(marketplace, order.id)}#money`,
      notice: { text: refundWords(refund) },
      json: await presentOrder(after),
      status: refund.state === "planned" ? 202 : isNew ? 201 : 200,
    };
  },
);

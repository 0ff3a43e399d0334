import { marketplaceInPath } from "../marketplaces/marketplace_in_path.ts";
import { formatMoney } from "../money/format_money.ts";
import { previewSplit, type SplitPreview } from "../money/preview_split.ts";
import { getOrder } from "../orders/get_order.ts";
import { orderNumber } from "../orders/order_number.ts";
import { orderPath } from "../urls.ts";
import { html, type VNode } from "./html.ts";
import { SPLIT_WORDS } from "./order_status.ts";
import type { PageContext, View } from "./route.ts";
import { Status } from "./status.ts";

export async function showSplitPreview(visit: PageContext): Promise<View> {
  const marketplace = await marketplaceInPath(visit);
  const order = await getOrder(marketplace.marketplace, visit.request.pathParameters?.order);
  const preview = await previewSplit(order);
  return {
    title: `Order ${orderNumber(order.id)}: preview of its payment split`,
    marketplace,
    tab: "orders",
    body: html`
      <section aria-labelledby="preview">
        <h2 id="preview">What would be moved now</h2>
        <p class="hint">By what Stripe says now. Nothing was moved, and nothing is kept of this.</p>
        <${SplitSteps} preview=${preview} />
      </section>
      <p><a href=${`${orderPath(marketplace, order.id)}#money`}>Back to the Order</a></p>
    `,
    json: preview,
  };
}

/** What would be moved, and how the split would stand then. */
export const SplitSteps = ({ preview: { steps, split } }: { preview: SplitPreview }): VNode => html`
  ${
    steps.length > 0
      ? html`<ol>${steps.map((step) => html`<${Step} step=${step} />`)}</ol>`
      : html`<p>No money would be moved.</p>`
  }
  <p>
    <strong>${steps.length > 0 ? "Then the payment split is" : "The payment split is"}:</strong>${" "}
    <${Status} words=${SPLIT_WORDS[split.status]} /> ${split.detail}
  </p>
`;

const Step = ({
  step: { kind, amount, currency, account, because },
}: {
  step: SplitPreview["steps"][number];
}): VNode => html`<li>
  <strong>${formatMoney(amount, currency)}</strong> ${kind === "transfer" ? "to" : "back from"}${" "}
  <code>${account ?? "the Vendor"}</code>.${" "}<span class="soft">${because}</span>
</li>`;

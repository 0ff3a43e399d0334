import { paginationOf } from "../http/pagination.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { listAttention, type OrderForSomebody, presentAttention } from "../money/attention.ts";
import { formatMoney } from "../money/format_money.ts";
import { attentionPath, orderPath, spacePath } from "../urls.ts";
import { html, type VNode } from "./html.ts";
import { SPLIT_WORDS } from "./order_status.ts";
import { Pager } from "./pager.ts";
import { NotProved } from "./proof.ts";
import type { PageContext, View } from "./route.ts";
import { Status } from "./status.ts";
import { Time } from "./time.ts";

export async function showAttention({ request, access }: PageContext): Promise<View> {
  const { space } = access;
  const [orders, marketplaces] = await Promise.all([
    listAttention(space, paginationOf(request)),
    listMarketplaces(space),
  ]);
  const body = html`
    <section aria-labelledby="orders">
      <h2 id="orders">${orders.data.length > 0 ? "Orders, the longest waiting first" : "Nothing"}</h2>
      ${
        orders.data.length > 0
          ? html`<${OrdersForSomebody} orders=${orders.data} marketplaces=${marketplaces} />`
          : html`<p>No Order of this Space needs anybody: none is on hold, owed, disputed or off by a cent.</p>`
      }
      <${Pager} request=${request} path=${attentionPath(space)} next=${orders.next} />
    </section>
    <p><a href=${spacePath(space)}>Back to the Space</a></p>
  `;
  const json = { data: orders.data.map(presentAttention), next: orders.next };
  return { title: "What needs somebody", body, json };
}

/** Each with why, since when, and the way to its buttons. */
export const OrdersForSomebody = ({
  orders,
  marketplaces,
}: {
  orders: OrderForSomebody[];
  marketplaces: Marketplace[];
}): VNode => html`
  <ul class="rows">
    ${orders.map((order) => {
      const marketplace = marketplaces.find((each) => each.marketplace === order.marketplace);
      const { split, open_dispute: dispute, proof } = order;
      return html`<li>
        <span>
          ${
            marketplace
              ? html`<a href=${`${orderPath(marketplace, order.id)}#money`}><code>${order.id}</code></a> of ${marketplace.name}`
              : html`<code>${order.id}</code>`
          }<br />
          ${dispute && html`The buyer's bank asks for ${formatMoney(dispute.amount, order.currency)}. `}
          ${dispute?.evidence_due_by && html`Stripe takes evidence until <${Time} at=${new Date(dispute.evidence_due_by * 1000).toISOString()} />. `}
          ${split && split.status !== "done" && split.detail}
          ${proof?.state === "off" && html` <${NotProved} proof=${proof} currency=${order.money?.currency ?? order.currency} />`}
        </span>
        <span>
          <${Status} words=${dispute ? ["Disputed", "bad"] : SPLIT_WORDS[split?.status ?? "none"]} /><br />
          <span class="soft">since <${Time} at=${order.attention_since} /></span>
        </span>
      </li>`;
    })}
  </ul>
`;

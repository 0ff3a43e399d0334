import { type Paginated, paginationOf } from "../http/pagination.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { marketplaceInPath } from "../marketplaces/marketplace_in_path.ts";
import { formatMoney } from "../money/format_money.ts";
import { listOrders } from "../orders/list_orders.ts";
import type { Order } from "../orders/order.ts";
import { splitOf } from "../orders/split.ts";
import { presentOrderWhole } from "../stripe_events/present_order_whole.ts";
import { marketplaceEditPath, marketplacePath, orderPath, ordersPath } from "../urls.ts";
import { html, type VNode } from "./html.ts";
import { ORDER_WORDS, SPLIT_WORDS } from "./order_status.ts";
import { Pager } from "./pager.ts";
import type { LazyView, PageContext } from "./route.ts";
import { Status } from "./status.ts";
import { Time } from "./time.ts";

/** A Marketplace's Orders. Programs get each with its timeline, which is a read an Order; the page has none. */
export async function showOrders(visit: PageContext): Promise<LazyView> {
  const marketplace = await marketplaceInPath(visit);
  const orders = await listOrders(marketplace.marketplace, paginationOf(visit.request));
  return {
    page: async () => ({
      title: `Orders of ${marketplace.name}`,
      body: ordersPage(marketplace, orders, visit),
    }),
    json: async () => ({ data: await Promise.all(orders.data.map(presentOrderWhole)), next: orders.next }),
  };
}

const ordersPage = (
  marketplace: Marketplace,
  { data, next }: Paginated<Order>,
  { request }: PageContext,
): VNode => html`
  <section aria-labelledby="orders">
    <h2 id="orders">${data.length > 0 ? "Newest first" : "None yet"}</h2>
    ${
      data.length === 0
        ? html`<${NoOrders} marketplace=${marketplace} />`
        : html`<ul class="rows">
            ${data.map(
              (order) => html`<li>
                <span>
                  <a href=${orderPath(marketplace, order.id)}><code>${order.id}</code></a><br />
                  <span class="soft">placed <${Time} at=${order.placed_at} /></span>
                </span>
                <span>
                  ${formatMoney(order.amount_total, order.currency)} <${Status} words=${ORDER_WORDS[order.status]} />
                  ${order.status === "paid" && html`<br /><span class="soft">payment split:</span> <${Status} words=${SPLIT_WORDS[splitOf(order).status]} />`}
                </span>
              </li>`,
            )}
          </ul>`
    }
    <${Pager} request=${request} path=${ordersPath(marketplace)} next=${next} />
  </section>
  <p><a href=${marketplaceEditPath(marketplace)}>Back to the Marketplace</a></p>
`;

const NoOrders = ({ marketplace }: { marketplace: Marketplace }): VNode =>
  marketplace.stripe_account
    ? html`<p>There is no Order yet. Each checkout that a shop begins for this Marketplace appears here.</p>
        <p class="soft">A shop begins one by JSON, with an API key of the Space, at <code>${marketplacePath(marketplace)}/checkouts</code>.</p>`
    : html`<p>There is no Order yet, and this Marketplace sells nothing until it is connected: <a href=${marketplaceEditPath(marketplace)}>connect it to Stripe</a> first.</p>`;

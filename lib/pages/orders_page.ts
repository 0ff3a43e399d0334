import { queryOf } from "../http/input.ts";
import { paginationOf, type Searched } from "../http/pagination.ts";
import type { Request } from "../http/request.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { marketplaceInPath } from "../marketplaces/marketplace_in_path.ts";
import { formatMoney } from "../money/format_money.ts";
import { listOrders, OrderFilter } from "../orders/list_orders.ts";
import { ORDER_STATUSES, type Order } from "../orders/order.ts";
import { SPLIT_STATUSES, splitOf } from "../orders/split.ts";
import { presentOrderWhole } from "../stripe_events/present_order_whole.ts";
import { marketplaceEditPath, marketplacePath, orderPath, ordersPath } from "../urls.ts";
import { filledIn, SearchedTo, TimeSpanFields } from "./filter.ts";
import { Select } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { ORDER_WORDS, SPLIT_WORDS } from "./order_status.ts";
import { Pager } from "./pager.ts";
import type { LazyView, PageContext } from "./route.ts";
import { Status } from "./status.ts";
import { Time } from "./time.ts";

/** A Marketplace's Orders. Programs get each with its timeline, which is a read an Order; the page has none. */
export async function showOrders(visit: PageContext): Promise<LazyView> {
  const marketplace = await marketplaceInPath(visit);
  const filter = queryOf(visit.request, OrderFilter);
  const orders = await listOrders(marketplace.marketplace, { filter, ...paginationOf(visit.request) });
  return {
    page: async () => ({
      title: "Orders",
      marketplace,
      tab: "orders",
      body: ordersPage(marketplace, orders, visit),
    }),
    json: async () => ({
      data: await Promise.all(orders.data.map(presentOrderWhole)),
      next: orders.next,
      searched_to: orders.searched_to ?? null,
    }),
  };
}

const ordersPage = (
  marketplace: Marketplace,
  { data, next, searched_to }: Searched<Order>,
  { request }: PageContext,
): VNode => html`
  <${FilterForm} request=${request} path=${ordersPath(marketplace)} />
  <section aria-labelledby="orders">
    <h2 id="orders">${data.length > 0 ? "Newest first" : isNarrowed(request) ? "None here" : "None yet"}</h2>
    ${
      data.length === 0
        ? isNarrowed(request)
          ? html`<p>${next === null ? "No Order is so." : "None of those that were looked at is so."}</p>`
          : html`<${NoOrders} marketplace=${marketplace} />`
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
    <${SearchedTo} to=${searched_to} />
    <${Pager} request=${request} path=${ordersPath(marketplace)} next=${next} keep=${narrowing(request)} />
  </section>
`;

const narrowing = (request: Request) => filledIn(request, ["status", "split", "from", "to"]);
const isNarrowed = (request: Request): boolean => Object.keys(narrowing(request)).length > 0;

function FilterForm({ request, path }: { request: Request; path: string }): VNode {
  const set = narrowing(request);
  return html`
    <details open=${isNarrowed(request)}>
      <summary>Show only some</summary>
      <form method="get" action=${path}>
        <${Select} name="status" label="Order" any="Any" value=${set.status} options=${ORDER_STATUSES.map((status) => [status, ORDER_WORDS[status][0]] as const)} />
        <${Select} name="split" label="Payment split" any="Any" value=${set.split} options=${SPLIT_STATUSES.map((status) => [status, SPLIT_WORDS[status][0]] as const)} />
        <${TimeSpanFields} set=${set} />
        <button>Show</button>
      </form>
      ${isNarrowed(request) && html`<p><a href=${path}>Show all</a></p>`}
    </details>
  `;
}

const NoOrders = ({ marketplace }: { marketplace: Marketplace }): VNode =>
  marketplace.stripe_account
    ? html`<p>There is no Order yet. Each checkout that a shop begins for this Marketplace appears here.</p>
        <p class="soft">A shop begins one by JSON, with an API key of the Space, at <code>${marketplacePath(marketplace)}/checkouts</code>.</p>`
    : html`<p>There is no Order yet, and this Marketplace sells nothing until it is connected: <a href=${marketplaceEditPath(marketplace)}>connect it to Stripe</a> first.</p>`;

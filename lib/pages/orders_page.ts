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
import { found, SearchedTo, TimeSpanFields } from "./filter.ts";
import { type FormState, Select } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { ORDER_WORDS, SPLIT_WORDS } from "./order_status.ts";
import { Pager } from "./pager.ts";
import type { LazyView, PageContext } from "./route.ts";
import { Status } from "./status.ts";
import { Time } from "./time.ts";

/** A Marketplace's Orders. Programs get each with its timeline, which is a read an Order; the page has none. */
export async function showOrders(visit: PageContext): Promise<LazyView> {
  const { request } = visit;
  const marketplace = await marketplaceInPath(visit);
  const list = async () => {
    const filter = queryOf(request, OrderFilter);
    return await listOrders(marketplace.marketplace, { filter, ...paginationOf(request) });
  };
  return {
    page: async () => {
      const { formState, found: orders, status } = await found(request, FILTER, list);
      return {
        title: "Orders",
        marketplace,
        tab: "orders",
        body: html`
          <${FilterForm} formState=${formState} path=${ordersPath(marketplace)} />
          ${orders && html`<${Orders} marketplace=${marketplace} orders=${orders} request=${request} set=${formState.values} />`}
        `,
        status,
      };
    },
    json: async () => {
      const { data, next, searched_to = null } = await list();
      return { data: await Promise.all(data.map(presentOrderWhole)), next, searched_to };
    },
  };
}

const FILTER = ["status", "split", "from", "to"];
type FilterSet = Record<string, string>;
const isNarrowed = (set: FilterSet): boolean => Object.keys(set).length > 0;

const Orders = ({
  marketplace,
  orders: { data, next, searched_to },
  request,
  set,
}: {
  marketplace: Marketplace;
  orders: Searched<Order>;
  request: Request;
  set: FilterSet;
}): VNode => html`
  <section aria-labelledby="orders">
    <h2 id="orders">${data.length > 0 ? "Newest first" : isNarrowed(set) ? "None here" : "None yet"}</h2>
    ${
      data.length === 0
        ? isNarrowed(set)
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
    <${Pager} request=${request} path=${ordersPath(marketplace)} next=${next} keep=${set} />
  </section>
`;

const FilterForm = ({ formState, path }: { formState: FormState; path: string }): VNode => html`
  <details open=${isNarrowed(formState.values)}>
    <summary>Show only some</summary>
    <form method="get" action=${path}>
      <${Select} name="status" label="Order" any="Any" formState=${formState} options=${STATUSES} />
      <${Select} name="split" label="Payment split" any="Any" formState=${formState} options=${SPLITS} />
      <${TimeSpanFields} formState=${formState} />
      <button>Show</button>
    </form>
    ${isNarrowed(formState.values) && html`<p><a href=${path}>Show all</a></p>`}
  </details>
`;

const STATUSES = ORDER_STATUSES.map((status) => [status, ORDER_WORDS[status][0]] as const);
const SPLITS = SPLIT_STATUSES.map((status) => [status, SPLIT_WORDS[status][0]] as const);

const NoOrders = ({ marketplace }: { marketplace: Marketplace }): VNode =>
  marketplace.stripe_account
    ? html`<p>There is no Order yet. Each checkout that a shop begins for this Marketplace appears here.</p>
        <p class="soft">A shop begins one by JSON, with an API key of the Space, at <code>${marketplacePath(marketplace)}/checkouts</code>.</p>`
    : html`<p>There is no Order yet, and this Marketplace sells nothing until it is connected: <a href=${marketplaceEditPath(marketplace)}>connect it to Stripe</a> first.</p>`;

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
import { FilterForm, found, SearchedTo, TimeSpanFields, utcWords } from "./filter.ts";
import { type FormState, Select } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { OrderLink } from "./order_link.ts";
import { ORDER_WORDS, SPLIT_WORDS } from "./order_status.ts";
import { Pager } from "./pager.ts";
import type { LazyView, PageContext } from "./route.ts";
import { Status } from "./status.ts";
import { Table } from "./table.ts";
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
          <${OrdersFilter} formState=${formState} path=${ordersPath(marketplace)} />
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

const OrdersFilter = ({ formState, path }: { formState: FormState; path: string }): VNode => {
  const { status, split, from, to } = formState.values;
  const words = [
    ["status", "Order", meaningIn(STATUSES, status)],
    ["split", "Payment split", meaningIn(SPLITS, split)],
    ["from", "From", utcWords(from)],
    ["to", "To", utcWords(to)],
  ];
  return html`
    <${FilterForm} path=${path} formState=${formState} words=${words}>
      <div><${Select} name="status" label="Order" any="Any" formState=${formState} options=${STATUSES} /></div>
      <div><${Select} name="split" label="Payment split" any="Any" formState=${formState} options=${SPLITS} /></div>
      <${TimeSpanFields} formState=${formState} />
    <//>
  `;
};

const STATUSES = ORDER_STATUSES.map((status) => [status, ORDER_WORDS[status][0]] as const);
const SPLITS = SPLIT_STATUSES.map((status) => [status, SPLIT_WORDS[status][0]] as const);
const meaningIn = (options: (readonly [string, string])[], value: string | undefined) =>
  options.find(([each]) => each === value)?.[1];

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
  <section aria-label="Orders">
    ${data.length > 0 ? html`<${Rows} marketplace=${marketplace} orders=${data} />` : html`<${None} marketplace=${marketplace} set=${set} next=${next} />`}
    <${SearchedTo} to=${searched_to} />
    <${Pager} request=${request} path=${ordersPath(marketplace)} next=${next} keep=${set} />
  </section>
`;

/** Newest first. Where no buyer is kept, there is no column of them. */
function Rows({ marketplace, orders }: { marketplace: Marketplace; orders: Order[] }): VNode {
  const hasBuyers = orders.some(({ buyer_email }) => buyer_email);
  const placed = { label: "Placed", amount: true as const };
  const total = { label: "Total", amount: true as const };
  return html`<${Table}
    caption="Orders, newest first"
    columns=${["Order", ...(hasBuyers ? ["Buyer"] : []), "Status", "Payment split", placed, total]}
    rows=${orders.map((order) => [
      html`<${OrderLink} id=${order.id} href=${orderPath(marketplace, order.id)} />`,
      ...(hasBuyers ? [order.buyer_email] : []),
      html`<${Status} words=${ORDER_WORDS[order.status]} />`,
      order.status === "paid" && html`<${Status} words=${SPLIT_WORDS[splitOf(order).status]} />`,
      html`<${Time} at=${order.placed_at} ago />`,
      formatMoney(order.amount_total, order.currency),
    ])}
  />`;
}

const None = ({
  marketplace,
  set,
  next,
}: {
  marketplace: Marketplace;
  set: FilterSet;
  next: string | null;
}): VNode => {
  if (Object.keys(set).length > 0)
    return html`<p>${next === null ? "No Order matches these filters." : "None of those that were searched matches these filters."}</p>`;
  return html`
    <h2>No Orders yet</h2>
    ${
      marketplace.stripe_account
        ? html`<p>An Order appears here when a shop begins a checkout, with an API key of the Space:</p>
            <pre tabindex="0">POST ${marketplacePath(marketplace)}/checkouts</pre>`
        : html`<p>This Marketplace can sell once it is connected: <a href=${marketplaceEditPath(marketplace)}>connect it to Stripe</a> first.</p>`
    }
  `;
};

import { queryOf } from "../http/input.ts";
import { paginationOf, type Searched } from "../http/pagination.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { marketplaceInPath } from "../marketplaces/marketplace_in_path.ts";
import { listOrders, OrderFilter } from "../orders/list_orders.ts";
import { ORDER_STATUSES, type Order } from "../orders/order.ts";
import { SPLIT_STATUSES } from "../orders/split.ts";
import { presentOrderWhole } from "../stripe_events/present_order_whole.ts";
import { marketplaceEditPath, marketplacePath, ordersPath } from "../urls.ts";
import { FilterForm, found, SearchedTo, TimeSpanFields, utcWords } from "./filter.ts";
import { Field, type FormState, Select } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { OrderRows } from "./order_rows.ts";
import { ORDER_WORDS, SPLIT_WORDS } from "./order_status.ts";
import { Pager } from "./pager.ts";
import type { LazyView, PageContext } from "./route.ts";

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
          ${orders && html`<${Orders} marketplace=${marketplace} orders=${orders} visit=${visit} set=${formState.values} />`}
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

const FILTER = ["number", "status", "split", "from", "to"];
type FilterSet = Record<string, string>;

const OrdersFilter = ({ formState, path }: { formState: FormState; path: string }): VNode => {
  const { status, split, from, to } = formState.values;
  const words = [
    ["number", "Number"],
    ["status", "Status", meaningIn(STATUSES, status)],
    ["split", "Payment split", meaningIn(SPLITS, split)],
    ["from", "From", utcWords(from)],
    ["to", "To", utcWords(to)],
  ];
  return html`
    <${FilterForm} path=${path} formState=${formState} words=${words}>
      <div><${Field} name="number" label="Number" formState=${formState} /></div>
      <div><${Select} name="status" label="Status" any="Any" formState=${formState} options=${STATUSES} /></div>
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
  visit: { request, access },
  set,
}: {
  marketplace: Marketplace;
  orders: Searched<Order>;
  visit: PageContext;
  set: FilterSet;
}): VNode => html`
  <section aria-label="Orders">
    ${data.length > 0 ? html`<${OrderRows} marketplace=${marketplace} orders=${data} />` : html`<${None} marketplace=${marketplace} isMember=${access.role !== "representative"} set=${set} next=${next} />`}
    <${SearchedTo} to=${searched_to} />
    <${Pager} request=${request} path=${ordersPath(marketplace)} next=${next} keep=${set} />
  </section>
`;

const None = ({
  marketplace,
  isMember,
  set,
  next,
}: {
  marketplace: Marketplace;
  isMember: boolean;
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
            <pre tabindex="0">POST ${marketplacePath(marketplace)}/checkouts</pre>
            ${isMember && html`<p>In test mode, <a href=${marketplacePath(marketplace)}>Overview</a> has a button that places one.</p>`}`
        : html`<p>This Marketplace can sell once it is connected: <a href=${marketplaceEditPath(marketplace)}>connect it to Stripe</a> first.</p>`
    }
  `;
};

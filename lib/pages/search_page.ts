import { fromSeconds, iso } from "../clock.ts";
import { ValidationError } from "../errors.ts";
import { fewMarketplaces } from "../marketplaces/few_marketplaces.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { formatMoney } from "../money/format_money.ts";
import { parseOrderNumber } from "../orders/order_number.ts";
import { type PastedId, pastedId } from "../search/pasted_id.ts";
import { presentFound } from "../search/present_found.ts";
import { type Found, MAX_ORDERS, searchSpace } from "../search/search_space.ts";
import { erasuresPath, ordersPath, searchPath } from "../urls.ts";
import { EVENT_LABELS } from "./event_status.ts";
import { found } from "./filter.ts";
import { Field, type FormState, NOTHING_TYPED } from "./form.ts";
import { type ComponentChildren, html, type VNode } from "./html.ts";
import { OrderLink } from "./order_link.ts";
import { OrderPills } from "./order_status.ts";
import type { LazyView, PageContext } from "./route.ts";
import { Status } from "./status.ts";
import { Table } from "./table.ts";
import { Time } from "./time.ts";

/** An address of Stripe's dashboard is some hundred characters long. */
const MAX_LENGTH = 2_000;

/** What an id leads to, or a buyer's address. */
export async function showSearch({ request, access: { space } }: PageContext): Promise<LazyView> {
  const q = request.queryStringParameters?.q?.trim() ?? "";
  const pasted = q.length > MAX_LENGTH ? undefined : pastedId(q);
  const number = pasted ? undefined : parseOrderNumber(q);
  const find = async () => {
    if (q && !pasted) throw new ValidationError({ q: NO_ID });
    return pasted ? await searchSpace(space, pasted) : [];
  };
  return {
    page: async () => {
      const {
        formState,
        found: data = [],
        status,
      } = await found(request, ["q"], number ? async () => [] : find);
      const ofNumber =
        number && html`<${WhoseNumber} number=${number} marketplaces=${await fewMarketplaces(space)} />`;
      const body = html`${searchPage(space, formState, pasted, data)}${ofNumber}`;
      return { title: "Search", tab: "search", body, status };
    },
    json: async () => ({ data: (await find()).map(presentFound) }),
  };
}

const NO_ID =
  "must be a buyer's address, or have an id in it: an Order's, a Marketplace's, or one of Stripe's (`evt_…`, `cs_…`, `pi_…`, `ch_…`, `re_…`, `du_…`, `tr_…`, `trr_…`, `txn_…`, `acct_…`)";

const NOTHING = {
  buyer: "has bought nothing in this Space, or was erased.",
  id: "leads to nothing in this Space, neither here nor at Stripe with this Space's key.",
};

const searchPage = (
  space: string,
  formState: FormState,
  pasted: PastedId | undefined,
  data: Found[],
): VNode => html`
  <section aria-labelledby="search">
    <h2 id="search">Find an Order or an event</h2>
    <${SearchForm} space=${space} formState=${formState} />
  </section>
  ${
    pasted &&
    html`<section aria-labelledby="found">
      <h2 id="found">${data.length > 0 ? html`<code>${pasted.id}</code> leads to` : "Nothing found"}</h2>
      ${
        data.length > 0
          ? html`<${Table} caption="What was found" columns=${COLUMNS} rows=${data.map(rowOf)} />`
          : html`<p><code>${pasted.id}</code> ${NOTHING[pasted.kind === "buyer" ? "buyer" : "id"]}</p>`
      }
      ${
        pasted.kind === "buyer" &&
        html`<p><a href=${`${erasuresPath(space)}?${new URLSearchParams({ email: pasted.id })}`}>Erase this buyer…</a></p>`
      }
      ${data.length === MAX_ORDERS && html`<p class="soft">These are the newest ${MAX_ORDERS}.</p>`}
    </section>`
  }
`;

/** An Order's number is no key, so it is looked for among the Orders of one Marketplace at a time. */
const WhoseNumber = ({
  number,
  marketplaces = [],
}: {
  number: string;
  marketplaces: Marketplace[] | undefined;
}): VNode => html`
  <section aria-labelledby="number">
    <h2 id="number">Order ${number}: of which Marketplace?</h2>
    ${
      marketplaces.length > 0
        ? html`<ul class="rows">
            ${marketplaces.map(
              (marketplace) =>
                html`<li><a href=${`${ordersPath(marketplace)}?${new URLSearchParams({ number })}`}>${marketplace.name}</a></li>`,
            )}
          </ul>`
        : html`<p>Open the Orders of its Marketplace, and look for the number there; or search for the whole id here.</p>`
    }
  </section>
`;

/** By its address alone, so that what was found can be looked at again, and sent to somebody. */
export const SearchForm = ({
  space,
  formState = NOTHING_TYPED,
}: {
  space: string;
  formState?: FormState;
}): VNode => html`
  <form method="get" action=${searchPath(space)} role="search">
    <${Field}
      name="q"
      type="search"
      label="Id or address"
      hint="An Order's number or id, one of Stripe's such as pi_… or evt_…, the address of a page that contains one, or a buyer's email address"
      formState=${formState}
    />
    <button>Search</button>
  </form>
`;

/** What was found, in the columns of {@link COLUMNS}. */
function rowOf(found: Found): ComponentChildren[] {
  const { id, path } = presentFound(found);
  switch (found.kind) {
    case "order": {
      const { order, marketplace } = found;
      return [
        html`<${OrderLink} id=${id} href=${path} />`,
        `Order of ${marketplace.name}`,
        html`<${OrderPills} order=${order} />`,
        formatMoney(order.amount_total, order.currency),
        html`<${Time} at=${order.placed_at} />`,
      ];
    }
    case "stripe_event": {
      const { type, status, created } = found.event;
      return [
        html`<a href=${path}>${type}</a>`,
        "Event",
        html`<${Status} words=${EVENT_LABELS[status]} />`,
        null,
        html`<${Time} at=${iso(fromSeconds(created))} />`,
      ];
    }
    case "marketplace":
      return [
        html`<a href=${path}>${found.marketplace.name}</a>`,
        `Marketplace in Room ${found.marketplace.room}`,
        null,
        null,
        null,
      ];
    case "utility":
      return [
        html`<a href=${path}>${found.utility.name}</a>`,
        "Stripe Utility, with the Space's own account",
        null,
        null,
        null,
      ];
  }
}

const COLUMNS = [
  "Found",
  "What it is",
  "Status",
  { label: "Amount", amount: true },
  { label: "Time", amount: true },
] as const;

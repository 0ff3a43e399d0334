import * as v from "valibot";
import { fromSeconds, iso } from "../clock.ts";
import { queryOf } from "../http/input.ts";
import { connectionStatus } from "../marketplaces/connection_status.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { presentSpace } from "../overview/present_space.ts";
import { readSpace, type WholeSpace } from "../overview/read_space.ts";
import { type RecentSales, recentSales } from "../overview/recent_sales.ts";
import { attentionPath, marketplaceEditPath, spacePath } from "../urls.ts";
import {
  type Attention,
  AttentionTable,
  attentionLines,
  CompleteUntil,
  counted,
  readAttention,
} from "./attention_lines.ts";
import { CONNECTION_WORDS } from "./connection_words.ts";
import { Field, Form, type FormState, FormTrouble } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { RecoverySection } from "./recovery_section.ts";
import type { LazyView, PageContext } from "./route.ts";
import { SalesSection, sevenDays } from "./sales_section.ts";
import { Status } from "./status.ts";
import { Table } from "./table.ts";
import { Time } from "./time.ts";

/** What the page shows of what needs attention, and of Marketplaces; the rest is a page of its own, or is found by name. */
const LINES_SHOWN = 10;
const MARKETPLACES_SHOWN = 100;

/** What its query takes. */
export const SPACE_QUERY = ["name"];
const Query = v.object({ name: v.optional(v.string()) });

export async function showSpace(visit: PageContext): Promise<LazyView> {
  const { space } = visit.access;
  const { name } = queryOf(visit.request, Query);
  const whole = await readSpace(space);
  const { utilities, marketplaces, recovery } = whole;
  const named = marketplaces.filter((each) => isNamed(each, name));
  return {
    page: async () => {
      const known = { space, utility: utilities[0], marketplaces, recovery };
      const [attention, sales] = await Promise.all([
        readAttention(known, { limit: LINES_SHOWN, next: undefined }),
        recentSales(marketplaces, sevenDays()),
      ]);
      return {
        title: whole.space.name,
        body: spacePage(whole, { attention, sales, named, name }, visit),
        tab: "overview",
      };
    },
    json: async () => presentSpace({ ...whole, marketplaces: named }),
  };
}

const isNamed = ({ name }: Marketplace, part = ""): boolean =>
  name.toLowerCase().includes(part.trim().toLowerCase());

type Facts = {
  attention: Attention;
  sales: RecentSales | undefined;
  /** The Marketplaces with `name` in their names. */
  named: Marketplace[];
  name: string | undefined;
};

/** A Space at a glance: what needs somebody, what was sold, through what, and whether all that Stripe has is here. */
const spacePage = (
  { space: { space }, utilities, marketplaces, recovery }: WholeSpace,
  { attention, sales, named, name }: Facts,
  { access: { session }, formState }: PageContext,
): VNode => html`
  <${FormTrouble} formState=${formState} />
  <${AttentionSection} attention=${attention} />
  ${marketplaces.length > 0 && html`<${SalesSection} space=${space} sales=${sales} />`}
  <section aria-labelledby="marketplaces">
    <h2 id="marketplaces">Marketplaces</h2>
    ${marketplaces.length > MARKETPLACES_SHOWN && html`<${NameFilter} space=${space} name=${name} />`}
    <${Marketplaces} marketplaces=${named} name=${name} />
    <${AddMarketplace} space=${space} session=${session} formState=${formState} isFirst=${marketplaces.length === 0} />
  </section>
  ${utilities.some(({ api_token }) => api_token) && html`<${RecoverySection} space=${space} recovery=${recovery} session=${session} />`}
`;

function AttentionSection({ attention }: { attention: Attention }): VNode {
  const lines = attentionLines(attention);
  const { space, orders, recovery } = attention;
  if (lines.length === 0)
    return html`
      <section aria-labelledby="attention">
        <h2 id="attention" class="good">Nothing needs attention</h2>
        <${CompleteUntil} recovery=${recovery} />
      </section>
    `;
  return html`
    <section aria-labelledby="attention">
      <h2 id="attention">Needs attention</h2>
      <${AttentionTable} lines=${lines.slice(0, LINES_SHOWN)} />
      ${(orders.next || lines.length > LINES_SHOWN) && html`<p><a href=${attentionPath(space)}>All that needs attention</a></p>`}
    </section>
  `;
}

const NameFilter = ({ space, name }: { space: string; name: string | undefined }): VNode => html`
  <form method="get" action=${`${spacePath(space)}#marketplaces`} class="find">
    <input name="name" type="search" aria-label="Part of a Marketplace's name" placeholder="Part of a name" value=${name} autocomplete="off" spellcheck="false" />
    <button class="quiet">Filter</button>
  </form>
`;

function Marketplaces({
  marketplaces,
  name,
}: {
  marketplaces: Marketplace[];
  name: string | undefined;
}): VNode {
  if (marketplaces.length === 0)
    return html`<p class="soft">${
      name
        ? html`No Marketplace has <em>${name}</em> in its name.`
        : "A Marketplace sells one Vendor's goods. Add the first, then connect it to the Vendor's Stripe account."
    }</p>`;
  const byName = marketplaces.toSorted((one, other) => one.name.localeCompare(other.name));
  const shown = byName
    .slice(0, MARKETPLACES_SHOWN)
    .map((marketplace) => ({ marketplace, ...connectionStatus(marketplace) }));
  const someWanted = shown.some(({ requirements }) => requirements.length > 0);
  return html`
    <${Table} caption="The Space's Marketplaces" columns=${["Name", "Room", "Status", ...(someWanted ? ["Stripe wants"] : [])]}
      rows=${shown.map(({ marketplace, status, requirements, deadline }) => [
        html`<a href=${marketplaceEditPath(marketplace)}>${marketplace.name}</a>`,
        marketplace.room,
        html`<${Status} words=${CONNECTION_WORDS[status]} />`,
        ...(someWanted
          ? [
              requirements.length > 0 &&
                html`${counted(requirements.length, "thing")}${deadline && html` by <${Time} at=${iso(fromSeconds(deadline))} />`}`,
            ]
          : []),
      ])} />
    ${shown.length < byName.length && html`<p class="soft">The first ${shown.length} of ${byName.length}, by name.</p>`}
  `;
}

const AddMarketplace = ({
  space,
  session,
  formState,
  isFirst,
}: {
  space: string;
  session: PageContext["access"]["session"];
  formState: FormState;
  isFirst: boolean;
}): VNode => html`
  <details open=${isFirst || Object.keys(formState.errors).length > 0}>
    <summary>Add a Marketplace</summary>
    <${Form} action=${`${spacePath(space)}/rooms/store/marketplaces`} session=${session} button="Add Marketplace">
      <${Field} id="marketplace-name" name="marketplace_name" label="Name of a Marketplace" formState=${formState} />
      <${Field} name="room" label="Room" value="store" formState=${formState} />
    <//>
  </details>
`;

import { fromSeconds, iso } from "../clock.ts";
import { connectionStatus } from "../marketplaces/connection_status.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { presentSpace } from "../overview/present_space.ts";
import { readSpace, type WholeSpace } from "../overview/read_space.ts";
import { type RecentSales, recentSales } from "../overview/recent_sales.ts";
import { type EventsByHour, eventsByHour } from "../stripe_events/events_by_hour.ts";
import { readFailures } from "../stripe_events/failures.ts";
import { attentionPath, marketplacePath, spacePath } from "../urls.ts";
import {
  type Attention,
  AttentionTable,
  attentionLines,
  CompleteUntil,
  counted,
  RetriedLine,
  readAttention,
  retriedWords,
  SeeProblems,
} from "./attention_lines.ts";
import { CONNECTION_WORDS } from "./connection_words.ts";
import { EventsChart } from "./events_chart.ts";
import { Field, Form, type FormState, FormTrouble } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { NAMED_SHOWN, NameFilter, nameIn, withName } from "./name_filter.ts";
import { RecoverySection } from "./recovery_section.ts";
import type { LazyView, PageContext } from "./route.ts";
import { SalesSection, sevenDays } from "./sales_section.ts";
import { Status } from "./status.ts";
import { Table } from "./table.ts";
import { Time } from "./time.ts";

/** Of what needs attention; all of it has a page of its own. */
const LINES_SHOWN = 10;

export async function showSpace(visit: PageContext): Promise<LazyView> {
  const { space } = visit.access;
  const part = nameIn(visit.request);
  const whole = await readSpace(space);
  const { utilities, marketplaces, recovery } = whole;
  const named = withName(marketplaces, part);
  return {
    page: async () => {
      const known = { space, utility: utilities[0], marketplaces, recovery };
      const failures = readFailures(space);
      const [attention, sales, byHour] = await Promise.all([
        readAttention(known, { limit: LINES_SHOWN, next: undefined }, failures),
        recentSales(marketplaces, sevenDays()),
        eventsByHour(
          space,
          undefined,
          failures.then(({ first }) => first),
        ),
      ]);
      return {
        title: whole.space.name,
        body: spacePage(whole, { attention, sales, byHour, named, part }, visit),
        tab: "overview",
      };
    },
    json: async () => presentSpace(part === "" ? whole : { ...whole, marketplaces: named }),
  };
}

type Facts = {
  attention: Attention;
  sales: RecentSales | undefined;
  byHour: EventsByHour;
  /** The Marketplaces with `part` in their names, by name. */
  named: Marketplace[];
  part: string;
};

/** A Space at a glance: what needs somebody, what was sold, through what, and whether all that Stripe has is here. */
const spacePage = (
  { space: { space }, utilities, marketplaces, recovery }: WholeSpace,
  { attention, sales, byHour, named, part }: Facts,
  { access: { session }, formState }: PageContext,
): VNode => html`
  <${FormTrouble} formState=${formState} />
  <${AttentionSection} attention=${attention} />
  ${marketplaces.length > 0 && html`<${SalesSection} space=${space} sales=${sales} />`}
  ${marketplaces.length > 0 && html`<${EventsChart} space=${space} byHour=${byHour} />`}
  <section aria-labelledby="marketplaces">
    <h2 id="marketplaces">Marketplaces</h2>
    <${NameFilter} path=${`${spacePath(space)}#marketplaces`} what="Marketplace" part=${part} found=${named.length} all=${marketplaces.length} />
    ${named.length > 0 && html`<${Marketplaces} marketplaces=${named} />`}
    ${marketplaces.length === 0 && html`<p class="soft">A Marketplace sells one Vendor's goods. Add the first, then connect it to the Vendor's Stripe account.</p>`}
    <${AddMarketplace} space=${space} session=${session} formState=${formState} isFirst=${marketplaces.length === 0} />
  </section>
  ${utilities.some(({ api_token }) => api_token) && html`<${RecoverySection} space=${space} recovery=${recovery} session=${session} />`}
`;

function AttentionSection({ attention }: { attention: Attention }): VNode {
  const lines = attentionLines(attention);
  const { space, orders, recovery, retried } = attention;
  if (lines.length === 0)
    return html`
      <section aria-labelledby="attention">
        ${
          retried.length > 0
            ? html`<h2 id="attention" class="waiting">${retriedWords(retried)}</h2><p><${SeeProblems} space=${space} /></p>`
            : html`<h2 id="attention" class="good">Nothing needs attention</h2>`
        }
        <${CompleteUntil} recovery=${recovery} />
      </section>
    `;
  return html`
    <section aria-labelledby="attention">
      <h2 id="attention">Needs attention</h2>
      <${AttentionTable} lines=${lines.slice(0, LINES_SHOWN)} />
      <${RetriedLine} space=${space} retried=${retried} />
      ${(orders.next || lines.length > LINES_SHOWN) && html`<p><a href=${attentionPath(space)}>All that needs attention</a></p>`}
    </section>
  `;
}

function Marketplaces({ marketplaces }: { marketplaces: Marketplace[] }): VNode {
  const shown = marketplaces
    .slice(0, NAMED_SHOWN)
    .map((marketplace) => ({ marketplace, ...connectionStatus(marketplace) }));
  const someWanted = shown.some(({ requirements }) => requirements.length > 0);
  return html`
    <${Table} caption="The Space's Marketplaces" columns=${["Name", "Room", "Status", ...(someWanted ? ["Stripe needs"] : [])]}
      rows=${shown.map(({ marketplace, status, requirements, deadline }) => [
        html`<a href=${marketplacePath(marketplace)}>${marketplace.name}</a>`,
        marketplace.room,
        html`<${Status} words=${CONNECTION_WORDS[status]} />`,
        ...(someWanted
          ? [
              requirements.length > 0 &&
                html`${counted(requirements.length, "item")}${deadline && html` by <${Time} at=${iso(fromSeconds(deadline))} />`}`,
            ]
          : []),
      ])} />
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

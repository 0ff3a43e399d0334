import { randomUUID } from "node:crypto";
import * as v from "valibot";
import type { Checks } from "../doctor/kept_checks.ts";
import { connectionStatus } from "../marketplaces/connection_status.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { marketplaceInPath } from "../marketplaces/marketplace_in_path.ts";
import { formatMoney } from "../money/format_money.ts";
import { listOrders } from "../orders/list_orders.ts";
import type { Order } from "../orders/order.ts";
import {
  type Held,
  type MonthSoFar,
  MonthSoFarJson,
  monthSoFar,
  presentMonthSoFar,
} from "../statements/month_so_far.ts";
import type { VendorLine } from "../statements/order_month.ts";
import type { VendorStatement } from "../statements/statement.ts";
import { marketplaceEditPath, ordersPath, statementPath, testOrdersPath } from "../urls.ts";
import { isLive } from "../utilities/api_token.ts";
import { Standing } from "./connection_section.ts";
import { Form } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { OrderRows } from "./order_rows.ts";
import type { LazyView, PageContext } from "./route.ts";
import { monthWords } from "./statement_words.ts";
import { Time } from "./time.ts";
import {
  type MarketplaceFacts,
  presentWholeMarketplace,
  readMarketplaceFacts,
  WholeMarketplaceJson,
} from "./whole_marketplace.ts";

/** What the overview has beside the settings. */
export const MarketplaceOverviewJson = v.object({ ...WholeMarketplaceJson.entries, month: MonthSoFarJson });

const MAX_ORDERS = 5;

/** A Marketplace at a glance: can its Vendor be paid, what of this month is theirs, and what was sold last. */
export async function showMarketplace(visit: PageContext): Promise<LazyView> {
  const marketplace = await marketplaceInPath(visit);
  return {
    page: async () => {
      const [facts, orders, soFar] = await Promise.all([
        readMarketplaceFacts(marketplace),
        listOrders(marketplace.marketplace, { limit: MAX_ORDERS, next: undefined }),
        monthSoFar(marketplace.marketplace),
      ]);
      return {
        title: marketplace.name,
        body: overview(marketplace, facts, soFar, orders.data, visit),
        marketplace,
        tab: "overview",
      };
    },
    json: async (): Promise<v.InferOutput<typeof MarketplaceOverviewJson>> => {
      const [whole, soFar] = await Promise.all([
        presentWholeMarketplace(marketplace, visit.access.role),
        monthSoFar(marketplace.marketplace),
      ]);
      return { ...whole, month: presentMonthSoFar(soFar) };
    },
  };
}

function overview(
  marketplace: Marketplace,
  { utility, keyPage, checks }: MarketplaceFacts,
  month: MonthSoFar,
  orders: Order[],
  { access }: PageContext,
): VNode {
  const isMember = access.role !== "representative";
  const isTest = utility?.api_token_masked !== undefined && !isLive(utility.api_token_masked);
  const sells = marketplace.stripe_account && connectionStatus(marketplace).status !== "rejected";
  return html`
    <section aria-labelledby="connection">
      <h2 id="connection">Stripe</h2>
      <${Standing} marketplace=${marketplace} keyPage=${keyPage} access=${access} />
      ${isMember && html`<${ChecksLine} marketplace=${marketplace} checks=${checks} />`}
    </section>
    <${ThisMonth} marketplace=${marketplace} soFar=${month} />
    <section aria-labelledby="orders">
      <h2 id="orders">Latest Orders</h2>
      ${
        orders.length > 0
          ? html`<${OrderRows} marketplace=${marketplace} orders=${orders} />`
          : html`<p>${sells ? "No Order yet: the first appears here with the first checkout." : "No Order yet."}</p>`
      }
      <div class="actions">
        ${isMember && isTest && sells && html`<${TestOrder} marketplace=${marketplace} session=${access.session} />`}
        ${orders.length > 0 && html`<a href=${ordersPath(marketplace)}>All Orders</a>`}
      </div>
    </section>
  `;
}

/** `9 of 9 checks are good, checked 2026-11-30 14:02 UTC` */
function ChecksLine({
  marketplace,
  checks,
}: {
  marketplace: Marketplace;
  checks: Checks | undefined;
}): VNode {
  const page = `${marketplaceEditPath(marketplace)}#checks`;
  if (!checks) return html`<p class="soft"><a href=${page}>Checks</a>: none since the last change.</p>`;
  const { findings, checked_at } = checks;
  const good = findings.filter(({ state }) => state === "good").length;
  const tone = findings.some(({ state }) => state === "bad") ? "bad" : "soft";
  return html`<p class=${tone}><a href=${page}>${good} of ${findings.length} checks</a> are good, checked <${Time} at=${checked_at} />.</p>`;
}

/** What of the running month is the Vendor's, as its statement has it. */
function ThisMonth({
  marketplace,
  soFar: { month, sums },
}: {
  marketplace: Marketplace;
  soFar: MonthSoFar;
}): VNode {
  const statement = html`<a href=${statementPath(marketplace, month.name)}>Statement of ${monthWords(month)}</a>`;
  return html`
    <section aria-labelledby="month">
      <h2 id="month">${monthWords(month)}</h2>
      ${
        sums
          ? html`
              ${sums.statements.length === 0 && html`<p>Nothing was paid yet this month.</p>`}
              ${sums.statements.map(
                (each) => html`<${Figures} statement=${each} isOnly=${sums.statements.length === 1} />`,
              )}
              <${OnHold} held=${sums.held} />
            `
          : html`<p>This month has too many Orders to add up here. Its statement does.</p>`
      }
      <p>${statement}</p>
    </section>
  `;
}

const figure = (words: string, amount: number, { currency }: VendorStatement, tone = ""): VNode => html`
  <div><dt>${words}</dt><dd class=${tone}>${formatMoney(amount, currency)}</dd></div>
`;

function Figures({ statement, isOnly }: { statement: VendorStatement; isOnly: boolean }): VNode {
  const sum = (...lines: VendorLine[]): number =>
    lines.reduce((all, line) => all + statement.lines[line].amount, 0);
  const disputes = sum("disputes", "reinstated");
  return html`
    ${!isOnly && html`<h3>${statement.account ? html`<code>${statement.account}</code>` : "No account yet"}, ${statement.currency.toUpperCase()}</h3>`}
    <dl class="sums">
      ${figure("Sold", sum("products"), statement)}
      ${figure("Stripe's fees", sum("fees"), statement)}
      ${figure("Refunds", sum("refunds"), statement)}
      ${disputes !== 0 && figure("Disputes", disputes, statement)}
      ${figure("Sent to the Vendor", -sum("sent", "taken_back"), statement)}
      ${figure("On hold", -sum("on_hold"), statement, sum("on_hold") === 0 ? "" : "waiting")}
      ${sum("owed") !== 0 && figure("Owed by the Vendor", sum("owed"), statement, "bad")}
    </dl>
  `;
}

const MAX_REASONS = 5;

/** Why the Vendor has not got everything yet. */
const OnHold = ({ held }: { held: Held[] }): VNode | null =>
  held.length === 0
    ? null
    : html`
        <h3>Why it is on hold</h3>
        <ul>
          ${held.slice(0, MAX_REASONS).map(
            ({ why, currency, amount, orders }) => html`<li>
              ${formatMoney(amount, currency)} of ${orders} ${orders === 1 ? "Order" : "Orders"}: ${why ?? "it is being sent."}
            </li>`,
          )}
        </ul>
        ${held.length > MAX_REASONS && html`<p>The statement has the rest.</p>`}
      `;

/** One button to see the whole loop. What is sent twice from the same page is one Order. */
const TestOrder = ({
  marketplace,
  session,
}: {
  marketplace: Marketplace;
  session: PageContext["access"]["session"];
}): VNode => html`
  <${Form} action=${testOrdersPath(marketplace)} session=${session} button="Place a test Order">
    <input type="hidden" name="request" value=${randomUUID()} />
  <//>
`;

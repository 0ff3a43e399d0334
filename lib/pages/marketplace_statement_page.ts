import { paginationOf } from "../http/pagination.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { marketplaceInPath } from "../marketplaces/marketplace_in_path.ts";
import { formatMoney } from "../money/format_money.ts";
import { ledgerSpan } from "../statements/ledger_span.ts";
import { ledgerState } from "../statements/ledger_state.ts";
import { type Month, monthOf } from "../statements/month.ts";
import {
  DUE_LINES,
  differenceOf,
  VENDOR_LINES,
  type VendorEntry,
  type VendorLine,
} from "../statements/order_month.ts";
import { ordersOfLine } from "../statements/orders_of_line.ts";
import {
  type MarketplaceStatementJson,
  presentLinks,
  presentPeriod,
  presentVendorOrders,
} from "../statements/present_statement.ts";
import { readMarketplaceMonth } from "../statements/read_month.ts";
import {
  type OrderMonth,
  type VendorStatement,
  vendorStatement,
  vendorStatements,
} from "../statements/statement.ts";
import { vendorCsv } from "../statements/statement_csv.ts";
import { statementLinksOf } from "../statements/statement_links.ts";
import { orderPath, statementPath } from "../urls.ts";
import { html, type VNode } from "./html.ts";
import type { LazyView, PageContext } from "./route.ts";
import {
  AccountLine,
  Completeness,
  isShown,
  OrdersSection,
  type Reader,
  type Row,
  ShareSection,
  type StatementRequest,
  StripeId,
  SumLine,
  toneOf,
  withQuery,
} from "./statement_parts.ts";
import { monthWords, VENDOR_WORDS } from "./statement_words.ts";
import { Time } from "./time.ts";

/** A month of a Marketplace's Vendor: what was sold, sent and held, and why. */
export async function showMarketplaceStatement(visit: PageContext): Promise<LazyView> {
  const { request } = visit;
  const marketplace = await marketplaceInPath(visit);
  const month = monthOf(request.pathParameters?.month);
  const { space, room, marketplace: id } = marketplace;
  const links = await statementLinksOf({ space, room, marketplace: id, month: month.name });
  const reader = { path: statementPath(marketplace, month.name), query: {}, isShared: false };
  const share = html`<${ShareSection} of=${marketplace} month=${month} links=${links} visit=${visit} />`;
  return await marketplaceStatement({ marketplace, month, request, reader, links, share });
}

/** The same for whoever may see it. */
export async function marketplaceStatement({
  marketplace,
  month,
  request,
  reader,
  links,
  share,
}: StatementRequest & { marketplace: Marketplace }): Promise<LazyView> {
  const [{ orders }, { until }] = await Promise.all([
    readMarketplaceMonth(marketplace.marketplace, month),
    ledgerState(marketplace.space),
  ]);
  const line = request.queryStringParameters?.line;
  const shown = ordersOfLine(orders, ({ vendor }) => vendor, VENDOR_LINES, {
    ...paginationOf(request),
    line,
  });
  const statements = orders.length > 0 ? vendorStatements(orders) : [await ofNothing(marketplace)];
  const json = (): MarketplaceStatementJson => ({
    ...presentPeriod(month, until),
    marketplace: marketplace.marketplace,
    name: marketplace.name,
    statements,
    orders: presentVendorOrders(shown),
    links: presentLinks(links),
  });
  return {
    page: async () => ({
      title: `${marketplace.name}, ${monthWords(month)}`,
      marketplace,
      tab: "statements",
      body: html`
        <${Completeness} month=${month} until=${until} reader=${reader} />
        <div class="pair">
          ${statements.map((statement) => html`<${Account} statement=${statement} month=${month} reader=${reader} />`)}
          ${share}
        </div>
        <${OrdersSection} line=${line} lineWords=${wordsOf(line)} columns=${["Due", "Sent"]}
          rows=${shown.data.map((order) => rowOf(order, reader))} next=${shown.next} request=${request} reader=${reader}
          hrefOf=${({ sale }: OrderMonth) => orderPath(marketplace, sale.id)} />
      `,
    }),
    json: async () => json(),
    csv: async () => ({
      name: `${marketplace.room}-${month.name}`,
      text: vendorCsv(orders),
    }),
  };
}

/** A month without Orders is one of zeros, in the currency that the Marketplace sold in last. */
const ofNothing = async ({ marketplace, stripe_account }: Marketplace): Promise<VendorStatement> =>
  vendorStatement(stripe_account ?? null, (await ledgerSpan(marketplace))?.last.currency ?? "usd", []);

/** What is on the statement though it is nothing. */
const ALWAYS = new Set<VendorLine>(
  VENDOR_LINES.filter((line) => line !== "from_earlier" && line !== "written_off"),
);

function Account({
  statement: { account, currency, lines, due, difference },
  month,
  reader,
}: {
  statement: VendorStatement;
  month: Month;
  reader: Reader;
}): VNode {
  const id = `account-${account ?? "none"}-${currency}`;
  const line = (name: VendorLine) =>
    isShown(lines[name], ALWAYS.has(name)) &&
    html`<${AccountLine} words=${VENDOR_WORDS[name]} sum=${lines[name]} currency=${currency}
      href=${`${withQuery(reader, { line: name })}#orders`} />`;
  return html`
    <section aria-labelledby=${id}>
      <h2 id=${id}>${account ? html`Account <code>${account}</code>` : "No account yet"}</h2>
      <table class="statement">
        <caption class="soft">${monthWords(month)}, ${currency.toUpperCase()}, by the day of Stripe's record, UTC</caption>
        <tbody>
          ${DUE_LINES.map(line)}
          <${SumLine} words="Due to the Vendor" amount=${due} currency=${currency} />
          ${VENDOR_LINES.filter((name) => !DUE_LINES.includes(name)).map(line)}
          <${SumLine} words="Difference" amount=${difference} currency=${currency} tone=${toneOf(difference)} />
        </tbody>
      </table>
    </section>
  `;
}

const wordsOf = (line: string | undefined): string | undefined =>
  VENDOR_LINES.filter((each) => each === line).map((each) => VENDOR_WORDS[each])[0];

const MOVED: VendorLine[] = ["sent", "taken_back"];
/** Whose `why` is a sentence. */
const WAITS: VendorLine[] = ["on_hold", "owed"];

function rowOf(order: OrderMonth, reader: Reader): Row {
  const of = (lines: readonly VendorLine[], sign: 1 | -1) =>
    order.vendor.reduce((all, { line, amount }) => all + (lines.includes(line) ? sign * amount : 0), 0);
  return {
    order,
    cells: [of(DUE_LINES, 1), of(MOVED, -1)],
    parts: [
      ...order.vendor.map(
        (entry) => html`<${Part} order=${order} entry=${entry} isShared=${reader.isShared} />`,
      ),
      ...(differenceOf(order.vendor) === 0
        ? []
        : [
            html`<strong class="bad">Difference ${formatMoney(differenceOf(order.vendor), order.currency)}</strong>`,
          ]),
    ],
  };
}

/** `Refunds, Vendor's part −$4.17 of $6.50, proportional, re_…, 2026-11-09 12:00 UTC` */
const Part = ({
  order: { sale, currency },
  entry: { line, amount, of, why, stripe, at },
  isShared,
}: {
  order: OrderMonth;
  entry: VendorEntry;
  isShared: boolean;
}): VNode => html`
  ${VENDOR_WORDS[line]} ${formatMoney(amount, currency)}${of !== undefined && ` of ${formatMoney(of, sale.currency)}`}${why && `${WAITS.includes(line) ? ":" : ","} ${why}`}
  ${stripe && line !== "fees" && html` <${StripeId} id=${stripe} livemode=${sale.livemode} isShared=${isShared} />`}
  ${at && line !== "fees" && html` <${Time} at=${at} utc />`}
`;

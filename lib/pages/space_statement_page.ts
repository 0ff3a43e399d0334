import { paginationOf } from "../http/pagination.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { formatMoney } from "../money/format_money.ts";
import { getSpaceName } from "../spaces/get_space_name.ts";
import { CASH_LINES, type CashEntry, type CashLine } from "../statements/distributor_month.ts";
import { spaceLedgerSpan } from "../statements/ledger_span.ts";
import { ledgerState } from "../statements/ledger_state.ts";
import { type Month, monthOf } from "../statements/month.ts";
import { ordersOfLine } from "../statements/orders_of_line.ts";
import {
  presentCashOrders,
  presentEntry,
  presentLinks,
  presentPeriod,
  type SpaceStatementJson,
} from "../statements/present_statement.ts";
import { type MarketplaceMonth, readMarketplaceMonth, readSpaceEntries } from "../statements/read_month.ts";
import {
  type DistributorStatement,
  distributorStatement,
  distributorStatements,
  type OrderMonth,
  type VendorStatement,
  vendorStatements,
} from "../statements/statement.ts";
import { distributorCsv } from "../statements/statement_csv.ts";
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
import { CASH_WORDS, monthWords, OTHER_WORDS, VENDOR_WORDS } from "./statement_words.ts";
import { Table } from "./table.ts";
import { Time } from "./time.ts";

/** A Space's month: what is the Distributor's of it, and what the balance at Stripe was changed by. */
export async function showSpaceStatement(visit: PageContext): Promise<LazyView> {
  const { request } = visit;
  const { space } = visit.access;
  const month = monthOf(request.pathParameters?.month);
  const links = await statementLinksOf({ space, month: month.name });
  const reader = { path: statementPath({ space }, month.name), query: {}, isShared: false };
  const share = html`<${ShareSection} of=${{ space }} month=${month} links=${links} visit=${visit} />`;
  return await spaceStatement({ space, month, request, reader, links, share });
}

/** One after the other: each alone asks for as much at once as a table should be asked for by one page. */
async function readMonths(marketplaces: readonly Marketplace[], month: Month): Promise<MarketplaceMonth[]> {
  const months: MarketplaceMonth[] = [];
  for (const { marketplace } of marketplaces) months.push(await readMarketplaceMonth(marketplace, month));
  return months;
}

type OfMarketplace = { marketplace: Marketplace; statements: VendorStatement[] };

/** The same for whoever may see it. */
export async function spaceStatement({
  space,
  month,
  request,
  reader,
  links,
  share,
}: StatementRequest & { space: string }): Promise<LazyView> {
  const marketplaces = (await listMarketplaces(space)).sort((one, other) =>
    one.name.localeCompare(other.name),
  );
  const [months, ofSpace, { livemode, until }, name] = await Promise.all([
    readMonths(marketplaces, month),
    readSpaceEntries(space, month),
    ledgerState(space),
    getSpaceName(space),
  ]);
  const orders = months
    .flatMap((each) => each.orders)
    .sort((one, other) => other.sale.id.localeCompare(one.sale.id));
  const others = [...ofSpace, ...months.flatMap(({ unknown }) => unknown)];
  const line = request.queryStringParameters?.line;
  const shown = ordersOfLine(orders, ({ cash }) => cash, CASH_LINES, { ...paginationOf(request), line });
  const found = distributorStatements(orders, others);
  const statements = found.length > 0 ? found : [await ofNothing(space, marketplaces)];
  const ofMarketplaces = marketplaces.map((marketplace, index) => ({
    marketplace,
    statements: vendorStatements(months[index]?.orders ?? []),
  }));
  const json = (): SpaceStatementJson => ({
    ...presentPeriod(month, until),
    space,
    name,
    statements,
    marketplaces: ofMarketplaces.map(({ marketplace: { marketplace, name }, statements }) => ({
      marketplace,
      name,
      statements,
    })),
    others: others.map((entry) => ({ ...presentEntry(entry), currency: entry.currency })),
    orders: presentCashOrders(shown),
    links: presentLinks(links),
  });
  return {
    page: async () => ({
      title: `${name}, ${monthWords(month)}`,
      tab: "statements",
      body: html`
        <${Completeness} month=${month} until=${until} reader=${reader} />
        ${statements.map(
          (statement) =>
            html`<${Account} statement=${statement} month=${month} reader=${reader} of=${ofMarketplaces} />`,
        )}
        <${Others} others=${others} livemode=${livemode} reader=${reader} />
        <${OrdersSection} line=${line} lineWords=${cashWordsOf(line)} columns=${["Balance"]}
          rows=${shown.data.map((order) => rowOf(order, reader))} next=${shown.next} request=${request} reader=${reader}
          hrefOf=${({ sale }: OrderMonth) => {
            const marketplace = marketplaces.find((each) => each.marketplace === sale.marketplace);
            return marketplace && orderPath(marketplace, sale.id);
          }} />
        ${share}
      `,
    }),
    json: async () => json(),
    csv: async () => ({ name: `${space}-${month.name}`, text: distributorCsv(orders, others) }),
  };
}

const ofNothing = async (space: string, marketplaces: Marketplace[]): Promise<DistributorStatement> =>
  distributorStatement((await spaceLedgerSpan(space, marketplaces))?.last.currency ?? "usd", [], []);

const MOVED: readonly CashLine[] = ["sent", "taken_back", "sent_to_others"];
const SOMETIMES: readonly CashLine[] = ["exchange", "dispute_fees"];

function Account({
  statement,
  month,
  reader,
  of,
}: {
  statement: DistributorStatement;
  month: Month;
  reader: Reader;
  of: OfMarketplace[];
}): VNode {
  const { currency, lines, difference } = statement;
  const caption = `${monthWords(month)}, ${currency.toUpperCase()}, by the day of Stripe's record, UTC`;
  const plain = (words: string, amount: number, isAlways = false) =>
    (isAlways || amount !== 0) &&
    html`<${AccountLine} words=${words} sum=${{ amount }} currency=${currency} />`;
  return html`
    <div class="pair">
    <section aria-labelledby=${`earned-${currency}`}>
      <h2 id=${`earned-${currency}`}>Earnings, ${currency.toUpperCase()}</h2>
      <table class="statement">
        <caption class="soft">${caption}</caption>
        <tbody>
          ${CASH_LINES.filter((name) => !MOVED.includes(name)).map(
            (name) =>
              isShown(lines[name], !SOMETIMES.includes(name)) &&
              html`<${AccountLine} words=${CASH_WORDS[name]} sum=${lines[name]} currency=${currency}
                href=${`${withQuery(reader, { line: name })}#orders`} />`,
          )}
          ${plain("Due to the Vendors", -statement.due_to_vendors, true)}
          ${plain("Written off for Vendors", -statement.written_off)}
          <${SumLine} words="The Distributor keeps" amount=${statement.distributors} currency=${currency} />
        </tbody>
      </table>
    </section>
    <section aria-labelledby=${`balance-${currency}`}>
      <h2 id=${`balance-${currency}`}>Balance at Stripe, ${currency.toUpperCase()}</h2>
      <table class="statement">
        <caption class="soft">${caption}</caption>
        <tbody>
          ${plain("The Distributor keeps", statement.distributors, true)}
          ${plain("On hold for Vendors", statement.on_hold, true)}
          ${plain("Owed by Vendors", statement.owed, true)}
          ${plain("Open from earlier months", statement.from_earlier)}
          ${plain(CASH_WORDS.sent_to_others, lines.sent_to_others.amount)}
          <tr>
            <th scope="row" class=${toneOf(difference)}>Difference</th>
            <td class=${toneOf(difference)}>${formatMoney(difference, currency)}</td>
          </tr>
          <${SumLine} words="From Orders" amount=${statement.from_orders} currency=${currency} />
          ${Object.entries(statement.others).map(
            ([
              kind,
              amount,
            ]) => html`<${AccountLine} words=${wordsOf(kind)} sum=${{ amount }} currency=${currency}
              tone=${kind === "unknown" ? "bad" : undefined} />`,
          )}
          <${SumLine} words="The balance changed by" amount=${statement.balance_change} currency=${currency} />
        </tbody>
      </table>
    </section>
    </div>
    <${Marketplaces} of=${of} currency=${currency} month=${month} reader=${reader} />
  `;
}

const wordsOf = (kind: string): string =>
  Object.entries(OTHER_WORDS).find(([each]) => each === kind)?.[1] ?? kind;

function Marketplaces({
  of,
  currency,
  month,
  reader,
}: {
  of: OfMarketplace[];
  currency: string;
  month: Month;
  reader: Reader;
}): VNode {
  const rows = of.flatMap(({ marketplace, statements }) =>
    statements.filter((each) => each.currency === currency).map((statement) => ({ marketplace, statement })),
  );
  const amount = (value: number) => formatMoney(value, currency);
  const parts = VENDOR_PARTS.filter(
    ({ of, isAlways }) => isAlways || rows.some(({ statement }) => of(statement) !== 0),
  );
  const labels = [...parts.map(({ label }) => label), "Difference"];
  return html`
    <section aria-labelledby=${`vendors-${currency}`}>
      <h2 id=${`vendors-${currency}`}>Vendors, ${currency.toUpperCase()}</h2>
      ${
        rows.length === 0
          ? html`<p>Nothing was booked for any of them.</p>`
          : html`<${Table}
              caption=${`Vendors, ${monthWords(month)}`}
              columns=${["Marketplace", "Account", ...labels.map((label) => ({ label, amount: true }))]}
              rows=${rows.map(({ marketplace, statement }) => [
                reader.isShared
                  ? html`<bdi>${marketplace.name}</bdi>`
                  : html`<a href=${statementPath(marketplace, month.name)}><bdi>${marketplace.name}</bdi></a>`,
                statement.account
                  ? html`<code>${statement.account}</code>`
                  : html`<span class="soft">No account yet</span>`,
                ...parts.map(({ of }) => amount(of(statement))),
                html`<span class=${toneOf(statement.difference)}>${amount(statement.difference)}</span>`,
              ])}
            />`
      }
    </section>
  `;
}

/** What comes to the difference, signed as in each Vendor's own statement, so that a row adds up. */
const VENDOR_PARTS: { label: string; of: (statement: VendorStatement) => number; isAlways?: true }[] = [
  { label: "Due", of: ({ due }) => due, isAlways: true },
  { label: VENDOR_WORDS.from_earlier, of: ({ lines }) => lines.from_earlier.amount },
  { label: "Sent", of: ({ lines }) => lines.sent.amount + lines.taken_back.amount, isAlways: true },
  { label: VENDOR_WORDS.written_off, of: ({ lines }) => lines.written_off.amount },
  { label: "On hold", of: ({ lines }) => lines.on_hold.amount },
  { label: "Owed", of: ({ lines }) => lines.owed.amount },
];

/** More than this many stand in the CSV alone. */
const MOST_OTHERS = 100;

const Others = ({
  others,
  livemode,
  reader,
}: {
  others: CashEntry[];
  livemode: boolean;
  reader: Reader;
}): VNode | false =>
  others.length > 0 &&
  html`<section aria-labelledby="others">
    <h2 id="others">Not from Orders</h2>
    ${others.length > MOST_OTHERS && html`<p class="hint">The first ${MOST_OTHERS} of ${others.length}. The CSV has all.</p>`}
    <${Table}
      caption="What was booked that is of no Order"
      columns=${["What", "At Stripe", { label: "When", amount: true }, { label: "Amount", amount: true }]}
      rows=${others
        .slice(0, MOST_OTHERS)
        .map(({ line, amount, currency, stripe, at }) => [
          html`<span class=${line === "unknown" ? "bad" : undefined}>${wordsOf(line)}</span>`,
          html`<${StripeId} id=${stripe} livemode=${livemode} isShared=${reader.isShared} />`,
          html`<${Time} at=${at} utc />`,
          formatMoney(amount, currency),
        ])}
    />
  </section>`;

const rowOf = (order: OrderMonth, { isShared }: Reader): Row => ({
  order,
  cells: [order.cash.reduce((all, { amount }) => all + amount, 0)],
  parts: [...Map.groupBy(order.cash, ({ stripe }) => stripe)].map(
    ([stripe, entries]) => html`
      ${entries.map(({ line, amount, currency }) => `${cashWordsOf(line) ?? wordsOf(line)} ${formatMoney(amount, currency)}`).join(", ")}${" "}
      <${StripeId} id=${stripe} livemode=${order.sale.livemode} isShared=${isShared} />
    `,
  ),
});

const cashWordsOf = (line: string | undefined): string | undefined =>
  CASH_LINES.filter((each) => each === line).map((each) => CASH_WORDS[each])[0];

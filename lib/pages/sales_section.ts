import { after, iso, now } from "../clock.ts";
import { formatMoney } from "../money/format_money.ts";
import { type RecentSales, type Sales, salesOf } from "../overview/recent_sales.ts";
import { statementPath } from "../urls.ts";
import { type ComponentChildren, html, type VNode } from "./html.ts";
import { Table } from "./table.ts";
import { Time } from "./time.ts";

const DAY_MS = 24 * 60 * 60_000;

/** When today began, and the last seven days, of which it is the last; in UTC, as Stripe books. */
const today = (): Date => new Date(iso(now()).slice(0, "2026-11-23".length));
export const sevenDays = (): Date => after(today(), -6 * DAY_MS);

/** What was sold today and in the last seven days, by Stripe's records. */
export const SalesSection = ({
  space,
  sales,
}: {
  space: string;
  sales: RecentSales | undefined;
}): VNode => html`
  <section aria-labelledby="sales" class="figures">
    <h2 id="sales">Sales</h2>
    ${sales ? html`<${Figures} sales=${sales} />` : html`<p>With so many Marketplaces, the month's statement has them.</p>`}
    <p class="soft">By Stripe's records, days in UTC. <a href=${statementPath({ space }, iso(now()).slice(0, 7))}>This month's statement</a></p>
  </section>
`;

const COLUMNS = [
  "Time",
  ...["Orders", "Sold", "Sent to Vendors", "Stripe's fees", "Refunded", "Disputed"].map((label) => ({
    label,
    amount: true as const,
  })),
];

const Figures = ({ sales: { since, isWhole, facts } }: { sales: RecentSales }): VNode => {
  const from = iso(today());
  const ofToday = salesOf(facts.filter(({ booked_at }) => booked_at >= from));
  const all = salesOf(facts);
  // Where not even today was read whole, there is one row, of what was.
  const rows = [
    ...(since <= from ? rowsOf("Today", ofToday) : []),
    ...rowsOf(isWhole ? "Last 7 days" : html`Since <${Time} at=${since} />`, all),
  ];
  return html`
    <${Table} caption="What was sold" columns=${COLUMNS} rows=${rows} />
    ${!isWhole && html`<p class="soft">Counted from the newest 1,000 of Stripe's records; there are more within the week.</p>`}
  `;
};

const rowsOf = (time: ComponentChildren, sales: Sales[]): ComponentChildren[][] =>
  sales.length === 0
    ? [[time, "0", "", "", "", "", ""]]
    : sales.map(({ currency, orders, sold, sent, fees, refunded, disputed }) => [
        sales.length > 1 ? html`${time}, ${currency.toUpperCase()}` : time,
        orders,
        ...[sold, sent, fees, refunded, disputed].map((amount) => formatMoney(amount, currency)),
      ]);

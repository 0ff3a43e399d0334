import type { Request } from "../http/request.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { formatMoney } from "../money/format_money.ts";
import type { Session } from "../session/session.ts";
import type { Month } from "../statements/month.ts";
import { isComplete } from "../statements/present_statement.ts";
import type { OrderMonth, Sum } from "../statements/statement.ts";
import type { StatementLink } from "../statements/statement_links.ts";
import { statementLinksPath, statementsPath, stripeUrl } from "../urls.ts";
import { Form } from "./form.ts";
import { type ComponentChildren, html, type VNode } from "./html.ts";
import { Pager } from "./pager.ts";
import type { LazyView, PageContext } from "./route.ts";
import { Time } from "./time.ts";

/** What a statement takes in its query, beside a list's: which line's Orders, and as what. */
export const STATEMENT_QUERY = ["line", "format"];

/** Where a statement is looked at; whoever has a link and no account, which is in the query, gets no way to anywhere else. */
export type Reader = { path: string; query: Record<string, string>; isShared: boolean };

/** A line of the account, with the way to its Orders. */
export function AccountLine({
  words,
  sum: { amount, orders },
  currency,
  href,
  tone,
}: {
  words: string;
  sum: { amount: number; orders?: number };
  currency: string;
  href?: string | undefined;
  tone?: string | undefined;
}): VNode {
  const count = orders ? `${orders} ${orders === 1 ? "Order" : "Orders"}` : undefined;
  return html`<tr>
    <th scope="row" class=${tone}>
      ${words}${count && html`${" "}<span class="soft">${href ? html`<a href=${href}>${count}</a>` : count}</span>`}
    </th>
    <td class=${tone}>${formatMoney(amount, currency)}</td>
  </tr>`;
}

export const SumLine = ({
  words,
  amount,
  currency,
  tone,
}: {
  words: string;
  amount: number;
  currency: string;
  tone?: string | undefined;
}): VNode => html`
  <tr class="sum"><th scope="row" class=${tone}>${words}</th><td class=${tone}>${formatMoney(amount, currency)}</td></tr>
`;

/** A line that is always there, or one that is there if it has something. */
export const isShown = (sum: Sum, isAlways: boolean): boolean =>
  isAlways || sum.amount !== 0 || sum.orders > 0;

/** Until when Stripe's records are here; a month that is not over, or not read, says so. */
export const Completeness = ({ month, until }: { month: Month; until: string | undefined }): VNode =>
  isComplete(month, until)
    ? html`<p class="soft">By the date of the money, in UTC. All of Stripe's records of the month are here.</p>`
    : html`<p>
        <strong>Not complete yet.</strong> ${
          until
            ? html`Stripe's records were read until <${Time} at=${until} />; what comes after may still be missing.`
            : "Stripe's records were not read to their end yet; something may still be missing."
        }
      </p>`;

/** What nothing explains is red. */
export const toneOf = (difference: number): string | undefined => (difference === 0 ? undefined : "bad");

/** An id of Stripe's, which leads to Stripe where its reader has an account there. */
export const StripeId = ({
  id,
  livemode,
  isShared,
}: {
  id: string;
  livemode: boolean;
  isShared: boolean;
}): VNode =>
  isShared ? html`<code>${id}</code>` : html`<a href=${stripeUrl(id, livemode)}><code>${id}</code></a>`;

export type Row = { order: OrderMonth; cells: number[]; parts: ComponentChildren[] };

/** A table of Orders: what happened to each, and what it comes to. */
const OrderTable = ({
  caption,
  columns,
  rows,
  hrefOf,
}: {
  caption: string;
  columns: string[];
  rows: Row[];
  hrefOf: (order: OrderMonth) => string | undefined;
}): VNode => html`
  <table class="lines">
    <caption class="soft">${caption}</caption>
    <thead>
      <tr><th scope="col">Order</th>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr>
    </thead>
    <tbody>
      ${rows.map(({ order, cells, parts }) => {
        const href = hrefOf(order);
        const id = html`<code>${order.sale.id}</code>`;
        return html`<tr>
          <th scope="row">
            ${href ? html`<a href=${href}>${id}</a>` : id}
            ${parts.map((part) => html`<br /><span class="soft">${part}</span>`)}
          </th>
          ${cells.map((amount) => html`<td>${formatMoney(amount, order.currency)}</td>`)}
        </tr>`;
      })}
    </tbody>
  </table>
`;

/** The Orders of a month, or of one of its lines, with the way to all of them. */
export const OrdersSection = ({
  line,
  lineWords,
  columns,
  rows,
  hrefOf,
  next,
  request,
  reader,
}: {
  line: string | undefined;
  lineWords: string | undefined;
  columns: string[];
  rows: Row[];
  hrefOf: (order: OrderMonth) => string | undefined;
  next: string | null;
  request: Request;
  reader: Reader;
}): VNode => html`
  <section aria-labelledby="orders">
    <h2 id="orders">Orders${lineWords && `: ${lineWords}`}</h2>
    ${line !== undefined && html`<p class="screen"><a href=${`${withQuery(reader)}#orders`}>All Orders</a></p>`}
    ${
      rows.length === 0
        ? html`<p>There are none.</p>`
        : html`<${OrderTable} caption="Newest first" columns=${columns} rows=${rows}
            hrefOf=${(order: OrderMonth) => (reader.isShared ? undefined : hrefOf(order))} />`
    }
    <${Pager} request=${request} path=${reader.path} next=${next} keep=${{ ...reader.query, ...(line !== undefined && { line }) }} />
    <p class="screen"><a href=${withQuery(reader, { format: "csv" })}>All of the month as CSV</a></p>
  </section>
`;

/** A statement for who may share it: with its links, and the way to the other months. */
export const withLinks = (
  view: LazyView,
  { access: { session }, notice }: PageContext,
  { of, month, links, allMonths }: { of: Of; month: Month; links: StatementLink[]; allMonths: string },
): LazyView => ({
  ...view,
  page: async () => {
    const { title, body } = await view.page();
    return {
      title,
      body: html`
        ${body}
        ${session && html`<${LinksSection} of=${of} month=${month} links=${links} session=${session} made=${notice?.link} />`}
        <p class="screen"><a href=${statementsPath(of)}>${allMonths}</a></p>
      `,
    };
  },
});

type Of = { space: string } | Marketplace;

/** Who has no account can be shown this one statement. */
const LinksSection = ({
  of,
  month,
  links,
  session,
  made,
}: {
  of: Of;
  month: Month;
  links: StatementLink[];
  session: Session;
  made: string | undefined;
}): VNode => html`
  <section class="screen" aria-labelledby="links">
    <h2 id="links">Links</h2>
    ${
      made &&
      html`<p role="status">The new link. Copy it now: it is shown this once.</p>
        <pre tabindex="0">${made}</pre>`
    }
    <p>A link shows this statement, and nothing else, to whoever has it, for 30 days.</p>
    <ul class="rows">
      ${links.map(
        ({ id, made_by, expires_at }) => html`<li>
          <span>made by ${made_by}<br /><span class="soft">ends <${Time} at=${expires_at} /></span></span>
          <${Form} action=${`${statementLinksPath(of, month.name)}/destroy`} session=${session} button="Revoke" label=${`Revoke the link that ends ${expires_at}`} quiet>
            <input type="hidden" name="id" value=${id} />
          <//>
        </li>`,
      )}
    </ul>
    <${Form} action=${statementLinksPath(of, month.name)} session=${session} button="Make a link" />
  </section>
`;

/** The address of a statement with more in its query. */
export const withQuery = ({ path, query }: Reader, more: Record<string, string> = {}): string => {
  const all = new URLSearchParams({ ...query, ...more }).toString();
  return all ? `${path}?${all}` : path;
};

import type { Request } from "../http/request.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { formatMoney } from "../money/format_money.ts";
import type { Month } from "../statements/month.ts";
import { isComplete } from "../statements/present_statement.ts";
import type { OrderMonth, Sum } from "../statements/statement.ts";
import type { StatementLink } from "../statements/statement_links.ts";
import { statementLinksPath, stripeUrl } from "../urls.ts";
import { AskFirst, Form } from "./form.ts";
import { type ComponentChildren, html, type VNode } from "./html.ts";
import { OrderLink } from "./order_link.ts";
import { Pager } from "./pager.ts";
import type { PageContext } from "./route.ts";
import { Status, type Words } from "./status.ts";
import { Table } from "./table.ts";
import { Time } from "./time.ts";

/** What a statement takes in its query, beside a list's: which line's Orders, and as what. */
export const STATEMENT_QUERY = ["line", "format"];

/** Where a statement is looked at; whoever has a link and no account, which is in the query, gets no way to anywhere else. */
export type Reader = { path: string; query: Record<string, string>; isShared: boolean };

/** A month's statement, as whoever may see it asks for it. */
export type StatementRequest = {
  month: Month;
  request: Request;
  reader: Reader;
  links: StatementLink[];
  /** For who may share it. */
  share?: VNode;
};

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

/** Until when Stripe's records are here; a month that is not over, or not read, says so. And the file of it. */
export const Completeness = ({
  month,
  until,
  reader,
}: {
  month: Month;
  until: string | undefined;
  reader: Reader;
}): VNode => {
  const complete = isComplete(month, until);
  return html`<p class="standing">
    <${Status} words=${complete ? COMPLETE : INCOMPLETE} />
    <span class="soft">
      ${
        complete
          ? "All of Stripe's records of the month are here."
          : until
            ? html`Stripe's records were read until <${Time} at=${until} utc />; later ones may still be missing.`
            : "Stripe's records were not read to their end yet; some may still be missing."
      }
    </span>
    <a class="screen" href=${withQuery(reader, { format: "csv" })}>Download CSV</a>
  </p>`;
};

export const COMPLETE: Words = ["Complete", "good"];
export const INCOMPLETE: Words = ["Not complete yet", "waiting"];

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
  columns,
  rows,
  hrefOf,
}: {
  columns: string[];
  rows: Row[];
  hrefOf: (order: OrderMonth) => string | undefined;
}): VNode => html`
  <${Table}
    caption="Orders, newest first"
    columns=${["Order", "Booked", ...columns.map((label) => ({ label, amount: true }))]}
    rows=${rows.map(({ order, cells, parts }) => [
      html`<${OrderLink} id=${order.sale.id} href=${hrefOf(order)} />`,
      html`<ul class="plain">${parts.map((part) => html`<li>${part}</li>`)}</ul>`,
      ...cells.map((amount) => formatMoney(amount, order.currency)),
    ])}
  />
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
    ${line !== undefined && html`<p class="screen"><a href=${`${withQuery(reader)}#orders`}>Show all Orders</a></p>`}
    ${
      rows.length === 0
        ? html`<p>${line === undefined ? "Nothing was booked for any Order this month." : "No Order has anything in this line."}</p>`
        : html`<${OrderTable} columns=${columns} rows=${rows}
            hrefOf=${(order: OrderMonth) => (reader.isShared ? undefined : hrefOf(order))} />`
    }
    <${Pager} request=${request} path=${reader.path} next=${next} keep=${{ ...reader.query, ...(line !== undefined && { line }) }} />
  </section>
`;

/** Who has no account can be shown this one statement. */
export const ShareSection = ({
  of,
  month,
  links,
  visit: { access, notice },
}: {
  of: { space: string } | Marketplace;
  month: Month;
  links: StatementLink[];
  visit: PageContext;
}): VNode | undefined =>
  access.session &&
  html`
  <section class="screen" aria-labelledby="share">
    <h2 id="share">Share</h2>
    ${
      notice?.link &&
      html`<p role="status">The new link. Copy it now: it is shown this once.</p>
        <pre tabindex="0">${notice.link}</pre>`
    }
    <p class="hint">Whoever has a link sees this statement, and nothing else, for 30 days.</p>
    <ul class="rows">
      ${links.map(
        ({ id, made_by, expires_at }) => html`<li>
          <span>Created by ${made_by}<br /><span class="soft">Ends <${Time} at=${expires_at} /></span></span>
          <${AskFirst} action=${`${statementLinksPath(of, month.name)}/destroy`} session=${access.session} button="Revoke"
            of=${`the link that ends ${expires_at}`} says="Whoever has this link sees nothing by it any more.">
            <input type="hidden" name="id" value=${id} />
          <//>
        </li>`,
      )}
    </ul>
    <${Form} action=${statementLinksPath(of, month.name)} session=${access.session} button="Create link" quiet />
  </section>
`;

/** The address of a statement with more in its query. */
export const withQuery = ({ path, query }: Reader, more: Record<string, string> = {}): string => {
  const all = new URLSearchParams({ ...query, ...more }).toString();
  return all ? `${path}?${all}` : path;
};

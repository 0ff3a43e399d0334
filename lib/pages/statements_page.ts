import type * as v from "valibot";
import { iso, now } from "../clock.ts";
import { listOf } from "../http/answer_fields.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import { marketplaceInPath } from "../marketplaces/marketplace_in_path.ts";
import { getSpaceName } from "../spaces/get_space_name.ts";
import { ledgerSpan, spaceLedgerSpan } from "../statements/ledger_span.ts";
import { ledgerState } from "../statements/ledger_state.ts";
import { monthsSince } from "../statements/month.ts";
import { isComplete, MonthJson } from "../statements/present_statement.ts";
import { statementPath } from "../urls.ts";
import { html } from "./html.ts";
import type { PageContext, View } from "./route.ts";
import { COMPLETE, INCOMPLETE } from "./statement_parts.ts";
import { monthWords } from "./statement_words.ts";
import { Status } from "./status.ts";
import { Table } from "./table.ts";

export const MonthsJson = listOf(MonthJson);
type MonthsJson = v.InferOutput<typeof MonthsJson>;

/** The months that have a statement, a Space's or a Marketplace's: from the first of which Stripe has a record, newest first. */
export async function showStatements(visit: PageContext): Promise<View> {
  const { space } = visit.access;
  const isSpaces = visit.request.pathParameters?.marketplace === undefined;
  const marketplace = isSpaces ? undefined : await marketplaceInPath(visit);
  const [_name, span, { until }] = await Promise.all([
    marketplace?.name ?? getSpaceName(space),
    marketplace ? ledgerSpan(marketplace.marketplace) : spanOf(space),
    ledgerState(space),
  ]);
  const of = marketplace ?? { space };
  const months = monthsSince(span?.first.booked_at ?? iso(now()));
  const json: MonthsJson = {
    data: months.map((month) => ({ month: month.name, complete: isComplete(month, until) })),
    next: null,
  };
  const body = html`
    <section aria-label="Months">
      <${Table}
        caption="Newest first"
        columns=${["Month", "Stripe's records", { label: "File", amount: true }]}
        rows=${months.map((month) => [
          html`<a href=${statementPath(of, month.name)}>${monthWords(month)}</a>`,
          html`<${Status} words=${isComplete(month, until) ? COMPLETE : INCOMPLETE} />`,
          html`<a href=${`${statementPath(of, month.name)}?format=csv`} aria-label=${`CSV of ${monthWords(month)}`}>CSV</a>`,
        ])}
      />
    </section>
  `;
  return { title: "Statements", body, marketplace, tab: "statements", json };
}

const spanOf = async (space: string) => await spaceLedgerSpan(space, await listMarketplaces(space));

import type { Searched } from "../http/pagination.ts";
import type { Request } from "../http/request.ts";
import { Field } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { Time } from "./time.ts";

/** What of a request's query was filled in, of these names. */
export function filledIn(
  { queryStringParameters }: Request,
  names: readonly string[],
): Record<string, string> {
  const query = queryStringParameters ?? {};
  const filled = names.flatMap((name) => (query[name] ? [[name, query[name]] as const] : []));
  return Object.fromEntries(filled);
}

/** From when and until when (lib/http/time_span.ts). @param set what was filled in */
export const TimeSpanFields = ({ set }: { set: Record<string, string> }): VNode => html`
  <${Field} name="from" label="From" hint="UTC: 2026-11-20, or 2026-11-20T14:02" formState=${{ values: set, errors: {} }} />
  <${Field} name="to" label="To" hint="With all of the day, or the minute, that it names" formState=${{ values: set, errors: {} }} />
`;

/** How far back a page came that is not full, though there is more. */
export const SearchedTo = ({ to }: { to: Searched<unknown>["searched_to"] }): VNode | null =>
  to === undefined
    ? null
    : html`<p>Looked through until <${Time} at=${to} />; <em>Older</em> goes on from there.</p>`;

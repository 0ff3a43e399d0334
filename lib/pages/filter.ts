import { ValidationError } from "../errors.ts";
import type { Searched } from "../http/pagination.ts";
import type { Request } from "../http/request.ts";
import { withoutSecrets } from "../secrets/without_secrets.ts";
import { Field, type FormState } from "./form.ts";
import { type ComponentChildren, html, type VNode } from "./html.ts";
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

/**
 * What a form that asks by the page's address alone has found; or, where what was typed into it is wrong, that, for the form
 * to say at its fields, and the page's status. A program gets what `find` throws.
 * @param names of the form's fields: what is wrong with anything else of the address, as with `next`, is thrown here, too
 */
export async function found<Found>(
  request: Request,
  names: readonly string[],
  find: () => Promise<Found>,
): Promise<{ formState: FormState; found?: Found; status?: number }> {
  const values = withoutSecrets(filledIn(request, names));
  try {
    return { formState: { values, errors: {} }, found: await find() };
  } catch (error) {
    const isOfForm = (field: string): boolean => field === "body" || names.includes(field);
    if (!(error instanceof ValidationError) || !Object.keys(error.fields).every(isOfForm)) throw error;
    return { formState: { values, errors: error.fields }, status: error.status };
  }
}

type FilterFacts = {
  /** The list's own, without a filter. */
  path: string;
  formState: FormState;
  /** What is said of each that is set: its field's label, and what its value means where that is more than the value. */
  words: [name: string, label: string, meaning: string | undefined][];
  /** What else can be done with what is shown, where a filter is set. */
  action?: VNode | undefined;
  children: ComponentChildren;
};

/**
 * A form that narrows a list, by the page's address alone: in a line at a desk, folded on a phone. Behind it stands what is
 * set, each with the way to the list without it.
 */
export const FilterForm = ({
  path,
  formState: { values, errors },
  words,
  action,
  children,
}: FilterFacts): VNode => html`
  <details class="filter" open=${Object.keys(errors).length > 0}>
    <summary>Filter</summary>
    <form method="get" action=${path} class="filter" novalidate>
      ${children}
      <button class="quiet">Filter</button>
    </form>
  </details>
  ${
    Object.keys(values).length > 0 &&
    html`<div class="chips">
      <ul aria-label="Filters that are set">
        ${words.map(
          ([name, label, meaning = values[name]]) =>
            values[name] &&
            html`<li><${Chip} href=${without(path, values, name)} words=${`${label}: ${meaning}`} /></li>`,
        )}
        <li><a href=${path}>Clear all</a></li>
      </ul>
      ${action}
    </div>`
  }
`;

const Chip = ({ href, words }: { href: string; words: string }): VNode =>
  html`<a class="chip" href=${href} aria-label=${`Remove the filter ${words}`}>${words} <span aria-hidden="true">×</span></a>`;

function without(path: string, values: Record<string, string>, name: string): string {
  const { [name]: _taken, ...others } = values;
  const query = new URLSearchParams(others).toString();
  return query ? `${path}?${query}` : path;
}

/** From when and until when (lib/http/time_span.ts), in UTC, as what is written in the tables is. */
export const TimeSpanFields = ({ formState }: { formState: FormState }): VNode => {
  const { from, to } = formState.values;
  const values = {
    ...formState.values,
    ...(from && { from: asTyped(from, "00:00") }),
    ...(to && { to: asTyped(to, "23:59") }),
  };
  const shown = { ...formState, values };
  return html`
    <div><${Field} name="from" label="From (UTC)" type="datetime-local" formState=${shown} /></div>
    <div><${Field} name="to" label="To (UTC)" type="datetime-local" formState=${shown} /></div>
  `;
};

/** A time as the browser's own field has it, which takes no day alone, and no zone. What is no time stays what it is. */
const asTyped = (text: string, ofDay: string): string =>
  /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T${ofDay}` : text.replace(/(?:\.\d+)?Z$/, "");

/** What a chip says of a time that was filled in. */
export const utcWords = (time: string | undefined): string | undefined =>
  time && `${time.replace("T", " ").replace(/Z$/, "")} UTC`;

/** How far back a page came that is not full, though there is more. */
export const SearchedTo = ({ to }: { to: Searched<unknown>["searched_to"] }): VNode | null =>
  to === undefined
    ? null
    : html`<p class="soft">Searched back to <${Time} at=${to} />. <em>Older</em> goes on from there.</p>`;

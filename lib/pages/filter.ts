import { ValidationError } from "../errors.ts";
import type { Searched } from "../http/pagination.ts";
import type { Request } from "../http/request.ts";
import { withoutSecrets } from "../secrets/without_secrets.ts";
import { Field, type FormState } from "./form.ts";
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

/** From when and until when (lib/http/time_span.ts). */
export const TimeSpanFields = ({ formState }: { formState: FormState }): VNode => html`
  <${Field} name="from" label="From" hint="UTC: 2026-11-20, or 2026-11-20T14:02" formState=${formState} />
  <${Field} name="to" label="To" hint="With all of the day, or the minute, that it names" formState=${formState} />
`;

/** How far back a page came that is not full, though there is more. */
export const SearchedTo = ({ to }: { to: Searched<unknown>["searched_to"] }): VNode | null =>
  to === undefined
    ? null
    : html`<p>Looked through until <${Time} at=${to} />; <em>Older</em> goes on from there.</p>`;

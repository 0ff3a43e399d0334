import { html, type VNode } from "./html.ts";

/** An id of ours or of Stripe's, short enough for a column, in a link to what has it whole. */
export const ShortId = ({ id }: { id: string }): VNode => html`<code>${shortId(id)}</code>`;

/** How it begins, and how it ends: `cs_test_a1B2…9xQe2b` is `cs_…9xQe2b`, and an Order's id, of which the beginning is a time, `…TMCS8JF`. */
export function shortId(id: string): string {
  const [, prefix = ""] = /^([a-z]+_)/.exec(id) ?? [];
  return id.length > prefix.length + 10 ? `${prefix}…${id.slice(-7)}` : id;
}

import type { Request } from "../http/request.ts";
import { html, type VNode } from "./html.ts";

/** The ways from one page of a list to the one of older rows, and back to the newest. `path` is the list's own. */
export function Pager({
  request,
  path,
  next,
  keep = {},
}: {
  request: Request;
  path: string;
  next: string | null;
  /** What else of the query stays from page to page. */
  keep?: Record<string, string>;
}): VNode | null {
  const { limit, next: here } = request.queryStringParameters ?? {};
  const size = { ...keep, ...(limit !== undefined && { limit }) };
  const query = new URLSearchParams(size).toString();
  if (next === null && here === undefined) return null;
  return html`
    <nav class="pager" aria-label="Pages of this list">
      ${here !== undefined && html`<a href=${query ? `${path}?${query}` : path}>Newest</a>`}
      ${next !== null && html`<a href=${`${path}?${new URLSearchParams({ ...size, next })}`}>Older</a>`}
    </nav>
  `;
}

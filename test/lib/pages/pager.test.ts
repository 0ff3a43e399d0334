import { renderToString } from "preact-render-to-string";
import { expect, it } from "vitest";
import { html } from "../../../lib/pages/html.ts";
import { Pager } from "../../../lib/pages/pager.ts";
import { aRequest } from "../../support/requests.ts";

const linksOf = (next: string | null, query?: Record<string, string>): string[] => {
  const request = aRequest(query ? { query } : {});
  const text = renderToString(html`<${Pager} request=${request} path="/orders" next=${next} />`);
  return [...text.matchAll(/<a href="([^"]*)">(\w+)<\/a>/g)].map(([, href, label]) => `${label} ${href}`);
};

it.each([
  ["the only page", null, undefined, []],
  ["the first page", "abc", undefined, ["Older /orders?next=abc"]],
  ["a page between", "def", { next: "abc" }, ["Newest /orders", "Older /orders?next=def"]],
  ["the last page", null, { next: "abc" }, ["Newest /orders"]],
  [
    "a page of another size",
    "def",
    { limit: "2", next: "abc" },
    ["Newest /orders?limit=2", "Older /orders?limit=2&amp;next=def"],
  ],
])("leads on from %s, and back", (_what, next, query, links) => {
  expect(linksOf(next, query)).toEqual(links);
});

it("ends no attribute with what stands in the address", () => {
  expect(linksOf("abc", { limit: `"><script>` })).toEqual([
    "Older /orders?limit=%22%3E%3Cscript%3E&amp;next=abc",
  ]);
});

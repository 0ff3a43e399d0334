import { renderToString } from "preact-render-to-string";
import { expect, it } from "vitest";
import { html } from "../../../lib/pages/html.ts";
import { payloadView } from "../../../lib/pages/payload_view.ts";

const shown = (payload: unknown): string =>
  renderToString(html`<div>${payloadView(payload, "demo").lines}</div>`);

/** As a browser reads it out: what is folded, too. */
const textOf = (markup: string): string =>
  markup
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&");

const EVENT = {
  id: "evt_1",
  account: null,
  data: {
    object: {
      id: "cs_test_1",
      url: '</div>"&',
      address: { city: null, line1: null },
      items: [null, {}, "x"],
    },
    previous_attributes: {},
  },
  list: [],
  livemode: false,
};

it("is the payload to the letter, folded or not", () => {
  expect(textOf(shown(EVENT))).toBe(`${JSON.stringify(EVENT, undefined, 2)}\n`);
});

it("folds away fields of nothing, or of objects of nothing else, and no place in a list", () => {
  const markup = shown(EVENT);
  const empty = [...markup.matchAll(/<div class="empty">\s*<b>&quot;(\w+)&quot;<\/b>/g)].map(
    ([, name]) => name,
  );
  expect(empty).toEqual(["account", "address", "previous_attributes", "list"]);
  expect(payloadView(EVENT, "demo").emptyFields).toBe(4);
});

it("lets nested objects of more than three lines be folded, and begins with all open", () => {
  expect([...shown(EVENT).matchAll(/<details open>/g)]).toHaveLength(2); // data, object
  expect(shown({ id: "evt_1", metadata: { a: 1, b: 2, c: 3 } })).not.toContain("<details");
});

it("leads from ids to the search, and shows markup as text", () => {
  const markup = shown(EVENT);
  expect(markup).toContain('&quot;<a href="/spaces/demo/search?q=cs_test_1">cs_test_1</a>&quot;');
  expect(markup).toContain("&lt;/div>\\&quot;&amp;");
});

it.each([
  ["of 300 KB of lines", Array.from({ length: 6_000 }, (_, n) => ({ id: `ch_${n}`, amount: null, of: n }))],
  ["of one text of what HTML escapes", '"'.repeat(300_000)],
  ["of a long name", { ["<".repeat(300_000)]: 1 }],
  ["of empty fields", Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`field_${n}`, null]))],
  ["of numbers in lists in lists", Array.from({ length: 9_000 }, () => [[[1, 2], [3]], [[4]]])],
])("shows the beginning of one %s, in 32 KB of a page's 60 at most", (_what, payload) => {
  const markup = shown({ data: payload });
  expect(Buffer.byteLength(markup)).toBeLessThan(32_000);
  expect(textOf(markup)).toMatch(/…,?\n/);
  expect(payloadView({ data: payload }, "demo").isWhole).toBe(false);
});

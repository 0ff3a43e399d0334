import { renderToString } from "preact-render-to-string";
import { expect, it } from "vitest";
import { Breakable } from "../../../lib/pages/breakable.ts";
import { html } from "../../../lib/pages/html.ts";

it.each([
  ["jenny.rosen@example.com", "jenny.<wbr/>rosen<wbr/>@example.<wbr/>com"],
  ["checkout.session.completed", "checkout.<wbr/>session.<wbr/>completed"],
  ["<b>", "&lt;b>"],
])("%s may go on in the next line where a word ends, as text", (text, shown) => {
  expect(renderToString(html`<${Breakable} text=${text} />`)).toBe(shown);
});

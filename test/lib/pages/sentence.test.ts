import { renderToString } from "preact-render-to-string";
import { expect, it } from "vitest";
import { html } from "../../../lib/pages/html.ts";
import { Sentence } from "../../../lib/pages/sentence.ts";

const shown = (text: string): string => renderToString(html`<p><${Sentence} text=${text} /></p>`);

it.each([
  ["Saved.", "<p>Saved.</p>"],
  ["Press `Connect to Stripe` again.", "<p>Press <strong>Connect to Stripe</strong> again.</p>"],
  [
    "It begins with `sk_test_` or `sk_live_`.",
    "<p>It begins with <code>sk_test_</code> or <code>sk_live_</code>.</p>",
  ],
  ["`Check endpoints`", "<p><strong>Check endpoints</strong></p>"],
  ["`<b>` and <i>", "<p><code>&lt;b></code> and &lt;i></p>"],
])("%s", (text, markup) => {
  expect(shown(text)).toBe(markup);
});

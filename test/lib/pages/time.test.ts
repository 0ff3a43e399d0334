import { renderToString } from "preact-render-to-string";
import { expect, it } from "vitest";
import { html } from "../../../lib/pages/html.ts";
import { Time } from "../../../lib/pages/time.ts";

it("tells a time to the second, and machines the whole of it, and whether to tell how long ago it is", () => {
  expect(renderToString(html`<${Time} at="2026-11-23T12:34:56.789Z" />`)).toBe(
    '<time datetime="2026-11-23T12:34:56.789Z">2026-11-23 12:34:56 UTC</time>',
  );
  expect(renderToString(html`<${Time} at="2026-11-23T12:34:56.789Z" ago />`)).toBe(
    '<time datetime="2026-11-23T12:34:56.789Z" data-ago="true">2026-11-23 12:34:56 UTC</time>',
  );
  expect(renderToString(html`<${Time} at="2026-11-23T12:34:56.789Z" utc />`)).toContain(' data-utc="true">');
});

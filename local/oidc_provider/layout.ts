import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import type { KoaContextWithOIDC } from "oidc-provider";

/** What `html` makes: text that is escaped already. */
export type Html = ReturnType<typeof html>;

const STYLE = `
  :root { color-scheme: light dark; --ink: #1a1f36; --soft: #5b6478; --line: #e3e8ee; --edge: #8a93a6; --paper: #fff;
    --ground: #f6f8fa; --accent: #4f46e5; --bad: #a41c4e; }
  @media (prefers-color-scheme: dark) { :root { --ink: #e6e9f0; --soft: #a3acbd; --line: #2e3648; --edge: #77819a;
    --paper: #1a2030; --ground: #11151f; --accent: #8b85ff; --bad: #ff7aa2; } }
  * { box-sizing: border-box; }
  body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
  main { max-width: 32rem; margin: 0 auto; padding: 8vh 1rem 4rem; }
  h1 { font-size: 1.5rem; line-height: 1.2; margin: 0 0 .25rem; }
  h2 { font-size: 1.1rem; margin: 0; }
  p { margin: .5rem 0; } .soft { color: var(--soft); font-size: .9rem; }
  a { color: var(--accent); } code { overflow-wrap: anywhere; }
  .card { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; padding: 1.5rem; margin: 0 0 1.25rem; }
  .problem { color: var(--bad); border-left: 4px solid currentColor; padding-left: .75rem; margin: 1rem 0; }
  label { display: block; font-weight: 600; margin: 1rem 0 .25rem; }
  input { font: inherit; color: inherit; background: var(--ground); width: 100%; border: 1px solid var(--edge);
    border-radius: .5rem; padding: .55rem .7rem; }
  input[aria-invalid] { border-color: var(--bad); }
  button { font: inherit; font-weight: 600; cursor: pointer; width: 100%; margin-top: 1.5rem; padding: .6rem 1rem;
    color: #fff; background: #4f46e5; border: 1px solid #4f46e5; border-radius: .5rem; }
  li button { margin: 0; padding: .4rem .9rem; color: var(--accent); background: none; border-color: var(--accent); white-space: nowrap; }
  button:hover { background: #4338ca; }
  ul { list-style: none; padding: 0; margin: .75rem 0 0; }
  li { border-top: 1px solid var(--line); padding: .7rem 0; display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: center; }
  li > form { flex: 0 0 10.5rem; } li > div { flex: 1 1 12rem; line-height: 1.35; overflow-wrap: anywhere; }
  li:last-child { padding-bottom: 0; }
  details { margin-top: 1rem; } summary { cursor: pointer; color: var(--accent); }
  dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: .5rem 0 0; } dd { margin: 0; }
  li button:hover { background: var(--line); }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;

const styleHash = createHash("sha256").update(STYLE).digest("base64");

export const page = (title: string, body: Html): Html => html`<!doctype html>
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>${title}</title>
      <link rel="icon" href="data:," />
      ${raw(`<style>${STYLE}</style>`)}
    </head>
    <body>
      <main>${body}</main>
    </body>
  </html>`;

/** No script, no frame, nothing from elsewhere.
 *  @param leadsTo where the answer to a form may redirect: Chromium counts that as the form's own target */
export function pageHeaders(leadsTo: readonly string[]): Record<string, string> {
  const origins = new Set(leadsTo.map((url) => new URL(url).origin));
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    "img-src data:",
    `form-action ${["'self'", ...origins].join(" ")}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  return {
    "Content-Security-Policy": policy.join("; "),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
  };
}

/** Answers with a page where oidc-provider, which speaks Koa, would answer with its own. */
export function show(ctx: KoaContextWithOIDC, page: Html): void {
  ctx.type = "html";
  ctx.body = page.toString();
}

import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import type { KoaContextWithOIDC } from "oidc-provider";
import { STYLES } from "../../lib/pages/styles.ts";

/** What `html` makes: text that is escaped already. */
export type Html = ReturnType<typeof html>;

/** The product's own look, and what only these pages have. */
const STYLE = `${STYLES}
  main { max-width: 34rem; padding-top: 6vh; }
  section button { width: 100%; } ul.people { list-style: none; margin: 0; padding: 0; }
  .people li { display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: center; padding: .7rem 0; border-top: 1px solid var(--line); } .people li:first-child { border-top: 0; }
  .people form { flex: 0 0 10.5rem; } .people div { flex: 1 1 12rem; line-height: 1.35; } .people li:last-child { padding-bottom: 0; }
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

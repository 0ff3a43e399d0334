import type { Context, MiddlewareHandler } from "hono";
import { html } from "hono/html";
import type Stripe from "stripe";
import { displayName } from "../state/accounts.ts";

/** The result of `html`: already escaped. */
export type Html = ReturnType<typeof html>;

const STYLE = `
  :root { color-scheme: light dark; --ink: #1a1f36; --soft: #5b6478; --line: #e3e8ee; --paper: #fff; --ground: #f6f8fa;
    --accent: #4f46e5; --good: #0e6245; --bad: #a41c4e; }
  @media (prefers-color-scheme: dark) { :root { --ink: #e6e9f0; --soft: #a3acbd; --line: #2e3648; --paper: #1a2030;
    --ground: #11151f; --accent: #8b85ff; --good: #56c596; --bad: #ff7aa2; } }
  * { box-sizing: border-box; }
  body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
  main { max-width: 72rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
  main.narrow { max-width: 30rem; }
  h1 { font-size: 1.5rem; line-height: 1.2; margin: 0 0 .25rem; }
  h2 { font-size: 1.1rem; margin: 2.5rem 0 .75rem; } .card > h2:first-child { margin-top: 0; }
  h3 { font-size: 1rem; margin: 0; } h4 { font-size: .9rem; margin: 0; } .part { margin: 1rem 0; }
  ul { margin: .25rem 0; padding-left: 1.25rem; } li { margin: .35rem 0; }
  p { margin: .5rem 0; } small, .soft { color: var(--soft); } small { font-size: .85rem; }
  a { color: var(--accent); } code { font-size: .85em; overflow-wrap: anywhere; }
  .card { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; margin: 1rem 0; }
  .scroll { overflow-x: auto; padding: 0; }
  table { border-collapse: collapse; width: 100%; } caption { text-align: left; }
  th, td { text-align: left; vertical-align: top; padding: .6rem .9rem; border-bottom: 1px solid var(--line); }
  th { font-size: .8rem; color: var(--soft); font-weight: 600; } tr:last-child td { border-bottom: 0; }
  td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
  .total { font-size: 2rem; font-weight: 650; font-variant-numeric: tabular-nums; margin: .25rem 0 1rem; }
  label { display: block; font-weight: 600; margin-bottom: .25rem; }
  input[type=email], input[type=number], input[type=text], input[type=url] { font: inherit; color: inherit; background: var(--ground); width: 100%;
    border: 1px solid var(--soft); border-radius: .5rem; padding: .55rem .7rem; }
  button, time { white-space: nowrap; } button { font: inherit; font-weight: 600; cursor: pointer; color: var(--ink); background: var(--paper);
    border: 1px solid var(--line); border-radius: .5rem; padding: .6rem 1rem; }
  button.main { background: #4f46e5; border-color: #4f46e5; color: #fff; }
  .stack button { width: 100%; white-space: normal; margin-top: .6rem; } .small button { padding: .15rem .6rem; font-size: .85rem; }
  form.inline { display: inline; } form.inline input[type=number] { width: 6rem; padding: .15rem .4rem; font-size: .85rem; }
  .good { color: var(--good); } .bad { color: var(--bad); } .note { border-left: 4px solid currentColor; padding-left: .75rem; }
  fieldset { border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: .75rem 1.5rem; align-items: end; }
  summary { font-weight: 600; cursor: pointer; } details > form { padding-top: .5rem; }
  legend { font-weight: 600; padding: 0 0 .5rem; } fieldset label { font-weight: 400; margin: 0; }
  fieldset input[type=number] { width: 5rem; padding: .25rem .5rem; margin-left: .35rem; }
  fieldset input[type=text] { padding: .25rem .5rem; } fieldset.card { padding: 1.25rem; } fieldset.choices { display: block; }
  .choices legend { float: left; } .choice { display: flex; gap: .6rem; clear: both; padding: .4rem 0; } .choice input { margin-top: .35rem; }
  .indented { padding-left: 1.6rem; } .indented label { margin-top: .4rem; } .beside { display: flex; gap: .5rem; max-width: 40rem; }
  .small input[type=url] { padding: .15rem .6rem; }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;

export const page = (title: string, body: Html, { narrow = false } = {}) => html`<!doctype html>
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>${title}</title>
      <link rel="icon" href="data:," />
      <style>
        ${STYLE}
      </style>
    </head>
    <body>
      <main class="${narrow ? "narrow" : ""}">${body}</main>
    </body>
  </html>`;

/** No scripts, and nothing from other origins. `form-action` stays open: submitting a form can redirect to another site
 *  (after a payment or a connection), which Chromium would block. */
export const pageHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  c.header(
    "Content-Security-Policy",
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'",
  );
  c.header("Cache-Control", "no-store");
  c.header("Referrer-Policy", "same-origin");
};

/** Rejects forms submitted by other sites. Programs such as curl send neither header. */
export const sameSiteOnly: MiddlewareHandler = async (c, next) => {
  const site = c.req.header("Sec-Fetch-Site") ?? "same-origin";
  const origin = c.req.header("Origin");
  const foreign = !["same-origin", "none"].includes(site) || (origin && origin !== new URL(c.req.url).origin);
  if (c.req.method !== "GET" && foreign) return c.text("This form was sent from another site.", 403);
  return next();
};

/** A long id, as far as people compare it. */
export const shortened = (id: string) => (id.length > 28 ? `${id.slice(0, 16)}…${id.slice(-4)}` : id);

/** To the dashboard, after a form was handled. */
export const back = (c: Context) => c.redirect("/", 303);

export const notFound = (c: Context, message: string) =>
  c.html(page("Not found", html`<h1>Not found</h1><p>${message}</p>`, { narrow: true }), 404);

/** An account's title beside its id. One that a platform created for a Marketplace has no name of its own. */
export function accountTitle(account: Stripe.Account): string {
  const name = displayName(account);
  if (name !== account.id) return name;
  const { marketplace } = account.metadata ?? {};
  return marketplace ? `Vendor of the Marketplace ${marketplace}` : "Unnamed account";
}

export const utcTime = (seconds: number) =>
  html`<time datetime="${new Date(seconds * 1000).toISOString()}">${new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ")}</time>`;

import { createHash } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { html, raw } from "hono/html";
import type Stripe from "stripe";
import { STYLES } from "../../../lib/pages/styles.ts";
import { displayName } from "../state/accounts.ts";

/** The result of `html`: already escaped. */
export type Html = ReturnType<typeof html>;

/** The product's own look, and what only these pages have. */
const STYLE = `${STYLES}
  main { max-width: 76rem; } header { max-width: 76rem; padding-bottom: 0; } header .soft { text-align: left; } main.narrow, header.narrow { max-width: 34rem; }
  .total { font-size: 2rem; line-height: 1.2; font-weight: 650; font-variant-numeric: tabular-nums; margin: 0 0 1rem; } h1:has(+ .total) { margin-bottom: 0; }
  .stack button { width: 100%; white-space: normal; text-align: center; margin-top: .6rem; } .stack button.quiet { padding: .55rem 1.1rem; }
  td form, li form { display: flex; flex-wrap: wrap; gap: .4rem; align-items: center; margin: 0; } td button.quiet, li button.quiet { padding: .15rem .6rem; font-size: .85rem; }
  :is(td, li) button.quiet.quiet { margin: 0; } td form + form, li form + form { margin-top: .4rem; } form input[type=number] { width: 6.5rem; padding: .25rem .5rem; font-size: .85rem; }
  .part { margin: 1.25rem 0 0; } .part ul { margin: .25rem 0; padding-left: 1.25rem; } .part li { margin: .5rem 0; } .part > h4 { margin: 0; }
  .beside { display: flex; flex-wrap: wrap; gap: .5rem; } .beside input { flex: 1 1 14rem; } .beside button.quiet.quiet { margin: 0; }
  .faults { display: flex; flex-wrap: wrap; gap: .75rem 1.5rem; align-items: end; } .faults label { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; font-weight: 400; margin: 0; }
  .faults input, .faults select { width: auto; padding: .25rem .5rem; } .faults input[type=number] { width: 5rem; } .faults button { margin: 0; }
  .indented { padding-left: 1.6rem; }
  @media (min-width: 60rem) { table.list code { white-space: nowrap; } } @media (max-width: 60rem) { table.list time { white-space: normal; } }
`;

const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

/** What is not real is said here, once, for every page. */
export const page = (title: string, body: Html, { narrow = false } = {}) => html`<!doctype html>
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>${title} · Stripe simulator</title>
      <link rel="icon" href="data:," />
      ${raw(`<style>${STYLE}</style>`)}
    </head>
    <body>
      <header class="${narrow ? "narrow" : ""}">
        <nav aria-label="Simulator"><a href="/">Stripe simulator</a></nav>
        <p class="soft">Nothing here is real: no card is charged, and no money moves.</p>
      </header>
      <main class="${narrow ? "narrow" : ""}">${body}</main>
    </body>
  </html>`;

/** No scripts, and nothing from other origins. `form-action` stays open: submitting a form can redirect to another site
 *  (after a payment or a connection), which Chromium would block. */
export const pageHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  c.header(
    "Content-Security-Policy",
    `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; img-src data:; frame-ancestors 'none'; base-uri 'none'`,
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

type Pill = [words: string, colour: "good" | "waiting" | "bad" | "soft"];

export const pill = ([words, colour]: Pill): Html => html`<span class="pill ${colour}">${words}</span>`;

/** What went wrong, or still does. */
export const trouble = (...words: (string | Html)[]): Html =>
  html`<section class="trouble" role="alert">${words}</section>`;

export const nothingYet = html`<p class="soft">None yet.</p>`;

export type Column = string | { amount: string };

/** A table that is cards on a phone, like the product's own. The first cell of a row is its heading. */
export const table = (caption: string, columns: Column[], rows: Html[][]): Html => html`<section>
  <table class="list">
    <caption class="unseen">${caption}</caption>
    <thead>
      <tr>${columns.map((column) => html`<th scope="col" class="${classOf(column)}">${nameOf(column)}</th>`)}</tr>
    </thead>
    <tbody>
      ${rows.map(
        ([heading, ...cells]) => html`<tr>
          <th scope="row">${heading}</th>
          ${cells.map((cell, index) => {
            const column = columns[index + 1] ?? "";
            return html`<td class="${classOf(column)}" data-label="${nameOf(column)}">${cell}</td>`;
          })}
        </tr>`,
      )}
    </tbody>
  </table>
</section>`;

const nameOf = (column: Column) => (typeof column === "string" ? column : column.amount);
const classOf = (column: Column) => (typeof column === "string" ? "" : "amount");

/** An account's title beside its id. One that a platform created for a Marketplace has no name of its own. */
export function accountTitle(account: Stripe.Account): string {
  const name = displayName(account);
  if (name !== account.id) return name;
  const { marketplace } = account.metadata ?? {};
  return marketplace ? `Vendor of the Marketplace ${marketplace.split("-")[0]}` : "Unnamed account";
}

export const utcTime = (seconds: number) =>
  html`<time datetime="${new Date(seconds * 1000).toISOString()}">${new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ")}</time>`;

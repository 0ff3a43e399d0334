import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { document } from "../../../lib/pages/document.ts";
import { html } from "../../../lib/pages/html.ts";

const EVIL = `<script>alert("1")</script><img src=x onerror='alert(1)'>`;
const session = {
  issuer: "i",
  subject: "s",
  email: `x${EVIL}@example.com`,
  name: "Pat",
  sign_outs: 0,
  csrf: "token-1",
};
const body = html`<p>${EVIL}</p><a href=${`/"${EVIL}`}>x</a>`;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64");

it("is a whole page with the page's title, in a language and for every width", () => {
  const answer = document({ title: "My Spaces", body });
  expect(answer).toMatchObject({
    statusCode: 200,
    cookies: [],
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
  });
  expect(answer.body).toMatch(/^<!doctype html><html lang="en">/);
  expect(answer.body).toContain("<title>My Spaces · Convene</title>");
  expect(answer.body).toContain("<h1>My Spaces</h1>");
  expect(answer.body).toContain('<meta name="viewport" content="width=device-width, initial-scale=1"');
});

it("says first in its title that something is wrong", () => {
  expect(document({ title: "A Space", body, status: 400 }).body).toContain(
    "<title>Error: A Space · Convene</title>",
  );
});

it("shows markup as text wherever it comes from", () => {
  const { body: page = "" } = document({ title: EVIL, body, session, notice: { text: EVIL, trouble: EVIL } });
  expect(page).not.toMatch(/<script>|<img/);
  // No quotation mark of the text ends an attribute.
  expect(page).toContain('href="/&quot;&lt;script');
  expect(page.match(/&lt;script/g)).toHaveLength(7); // title, heading, address, notice, trouble, text and link
});

it("has no script and no style but its own: one of our own origin, and what its policy names by hash", () => {
  const { body: page = "", headers } = document({
    title: "A page",
    body: html`<p>x</p>`,
    session: { ...session, email: "x@example.com" },
  });
  expect(page).not.toMatch(/<link| style=| on\w+=/i);
  expect(page.match(/<script.*?<\/script>/gs)).toEqual([
    expect.stringMatching(/^<script src="\/scripts\/[0-9a-f]{16}\.js" defer><\/script>$/),
  ]);
  expect(page.match(/<style/g)).toHaveLength(1);
  const style = page.slice(page.indexOf("<style>") + "<style>".length, page.indexOf("</style>"));
  expect(String(headers?.["content-security-policy"])).toContain(`'sha256-${sha256(style)}'`);
});

it("lets who is signed in sign out, by a form with the session's token, and nobody else", () => {
  const signedIn = document({ title: "A page", body, session }).body;
  expect(signedIn).toMatch(
    /<form method="post" action="\/session\/destroy"[^>]*><input[^>]* value="token-1"/,
  );
  expect(document({ title: "A page", body }).body).not.toContain("<form");
});

it("says what was done, to a screen reader too, where there is something to say", () => {
  const { body: page } = document({ title: "A page", body, notice: { text: "Saved." } });
  expect(page).toContain('<section class="notice" role="status">Saved.</section>');
  const { body: wrong } = document({ title: "A page", body, notice: { trouble: "Not saved." } });
  expect(wrong).toContain('<section class="trouble" role="alert">Not saved.</section>');
  expect(document({ title: "A page", body }).body).not.toMatch(/role="(?:status|alert)"/);
});

it("carries the status and the cookies that it is given", () => {
  expect(document({ title: "A page", body, status: 404, cookies: ["a=1"] })).toMatchObject({
    statusCode: 404,
    cookies: ["a=1"],
  });
});

it("goes on by itself where it is told to, and nowhere else, whatever stands in the address", () => {
  const goesOnTo = `https://issuer.example/logout?a=1&b=${EVIL}`;
  const { body: page = "" } = document({ title: "A page", body, goesOnTo });
  expect(page.match(/<meta http-equiv="refresh" content="([^"]*)"/)?.[1]).toMatch(
    /^0; url=https:\/\/issuer\.example\/logout\?a=1&amp;b=&lt;script/,
  );
  expect(page).not.toMatch(/<script>|<img/);
  expect(document({ title: "A page", body }).body).not.toContain("http-equiv");
});

import * as v from "valibot";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { requireRole } from "../../../lib/access/require_role.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { httpError, NotFound } from "../../../lib/errors.ts";
import { pipeline } from "../../../lib/http/api.ts";
import { fields } from "../../../lib/http/body.ts";
import { inputOf } from "../../../lib/http/input.ts";
import type { Request } from "../../../lib/http/request.ts";
import { answerErrors } from "../../../lib/pages/answer_errors.ts";
import { html } from "../../../lib/pages/html.ts";
import { type Negotiated, negotiate } from "../../../lib/pages/negotiate.ts";
import { action, type PageContext, page } from "../../../lib/pages/route.ts";
import { showFormAgain } from "../../../lib/pages/show_form_again.ts";
import { noticeOf } from "../../../lib/session/notice.ts";
import { sessionOf } from "../../../lib/session/session.ts";
import { member, type Person, sentBack } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

const ORIGIN = "http://convene.invalid:3000";
let space: TestSpace;
let dana: Person;
beforeAll(async () => {
  space = await aSpace();
  dana = await member(space);
});

const path = () => ({ space: space.space });
const browser = (facts: Parameters<typeof aRequest>[0] = {}) => ({
  ...aRequest({
    path: path(),
    ...facts,
    headers: {
      accept: "text/html,*/*",
      origin: ORIGIN,
      "content-type": "application/x-www-form-urlencoded",
      ...facts.headers,
    },
  }),
  rawPath: `/spaces/${space.space}`,
  cookies: dana.cookies,
});
const form = (values: Record<string, string>) =>
  browser({ method: "POST", body: String(new URLSearchParams({ ...values, csrf: dana.csrf })) });

const show = async ({ access, formState }: PageContext) => ({
  title: "A <b>page</b>",
  body: html`<p>${access.actor}</p><p id="typed">${JSON.stringify(formState)}</p>`,
  json: { actor: access.actor },
});
const shown = page(requireRole("member", "manage")).handler(show);
const bake = action(requireRole("member", "manage"), showFormAgain(show)).handler(async ({ request }) => {
  const { bread } = inputOf(request, fields({ bread: v.pipe(v.string(), v.maxLength(5, "is too long")) }));
  if (bread === "gone") throw new NotFound();
  if (bread === "stale") throw httpError("changed_meanwhile");
  if (bread === "burnt") throw new Error("sk_live_4242 is burnt");
  return { to: "/oven", notice: { text: `Baked ${bread}.` }, json: { bread }, status: 201 };
});

describe("page", () => {
  it("is a page to browsers, with what markup is in it shown as text", async () => {
    const answer = await shown(browser());
    expect(answer).toMatchObject({ statusCode: 200, cookies: [] });
    expect(answer.headers?.["content-type"]).toBe("text/html; charset=utf-8");
    expect(answer.body).toContain(`<p>${dana.email}</p>`);
    expect(answer.body).toContain("<h1>A &lt;b>page&lt;/b></h1>");
  });

  it("is the same facts as JSON to everybody else", async () => {
    const asked = aRequest({ path: path(), headers: bearer(space.apiKey) });
    expect(answerOf(await shown(asked))).toEqual({ status: 200, body: { actor: "API key Demo" } });
  });

  it("makes only the one that is asked for, where each takes its own reads", async () => {
    const made: string[] = [];
    const both = page(requireRole("member", "manage")).handler(async () => ({
      page: async () => {
        made.push("page");
        return { title: "Late", body: html`<p>late</p>` };
      },
      json: async () => {
        made.push("json");
        return { late: true };
      },
    }));
    expect((await both(browser())).body).toContain("<p>late</p>");
    expect(made).toEqual(["page"]);
    const asked = aRequest({ path: path(), headers: bearer(space.apiKey) });
    expect(answerOf(await both(asked))).toEqual({ status: 200, body: { late: true } });
    expect(made).toEqual(["page", "json"]);
  });

  it("tells a program that has a session the token of its forms", async () => {
    const answer = await shown(browser({ headers: { accept: "application/json" } }));
    expect(answer.headers?.["x-csrf-token"]).toBe(dana.csrf);
  });

  it.each([
    ["without a session", () => []],
    ["with a session that was tampered with", () => [dana.cookies.join().replace(/\.\w/, ".-")]],
  ])("lets people %s sign in first, and come back to where they were going", async (_what, cookies) => {
    const answer = await shown({ ...browser(), rawQueryString: "next=2&q=a%20b", cookies: cookies() });
    const to = new URLSearchParams({ to: `/spaces/${space.space}?next=2&q=a%20b` });
    expect(answer).toMatchObject({ statusCode: 303, headers: { location: `${ORIGIN}/session/new?${to}` } });
  });

  it("lets people whose session is over sign in first, and come back", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 12 * 60 * 60_000 + 1_000 });
    const answer = await shown(browser());
    vi.useRealTimers();
    const to = new URLSearchParams({ to: `/spaces/${space.space}` });
    expect(answer).toMatchObject({ statusCode: 303, headers: { location: `${ORIGIN}/session/new?${to}` } });
  });

  it("tells who sends a key that is none, and asks no table for the way to a sign-in", async () => {
    const headers = { accept: "text/html", host: "nobodys.example", authorization: "Bearer none" };
    const calls = vi.spyOn(dynamodb, "send");
    const answer = await shown({ ...aRequest({ headers }), rawPath: "/members" });
    expect([answer.statusCode, calls.mock.calls.length]).toEqual([401, 0]);
    expect(answer.body).toContain("Send a valid API key");
    calls.mockRestore();
  });

  it("comes home after the sign-in where the host is no Space's", async () => {
    const headers = { accept: "text/html", host: "nobodys.example" };
    const answer = await shown({ ...aRequest({ headers }), rawPath: "/members" });
    expect(answer.headers?.location).toBe(`${ORIGIN}/session/new?to=%2F`);
  });

  it("is an error page, with a way on, where there is nothing, and JSON to programs", async () => {
    const answer = await shown(browser({ path: { space: "nowhere" } }));
    expect(answer.statusCode).toBe(404);
    expect(answer.body).toContain('<a href="/">To my Spaces</a>');
    const json = await shown(browser({ path: { space: "nowhere" }, headers: { accept: "*/*" } }));
    expect(answerOf(json)).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
  });
});

describe("an error page", () => {
  const SIGN_OUT = '<form method="post" action="/session/destroy"';
  const nowhere = { path: { space: "nowhere" } };

  it("says who is signed in, and lets them sign out", async () => {
    const { statusCode, body } = await shown(browser(nowhere));
    expect(statusCode).toBe(404);
    expect(body).toContain(dana.email);
    expect(body).toContain(SIGN_OUT);
    expect(body).toContain(`value="${dana.csrf}"`);
  });

  const lost = (asked: Request, whose?: typeof sessionOf) =>
    pipeline<Negotiated>(...negotiate, answerErrors(whose)).handler(() => Promise.reject(new NotFound()))(
      asked,
    );

  it("reads no table for a stranger", async () => {
    const reads = vi.spyOn(dynamodb, "send");
    const { statusCode, body } = await lost({ ...browser(nowhere), cookies: [] }, sessionOf);
    expect(statusCode).toBe(404);
    expect(body).not.toContain(SIGN_OUT);
    expect(reads).not.toHaveBeenCalled();
    reads.mockRestore();
  });

  it.each([
    ["no session can be opened", () => Promise.reject(new Error("the tables are down"))],
    ["the function may open none", undefined],
  ])("is there all the same where %s", async (_what, whose) => {
    const { statusCode, body } = await lost(browser(nowhere), whose);
    expect(statusCode).toBe(404);
    expect(body).not.toContain(SIGN_OUT);
  });
});

describe("action", () => {
  it("sends people on after it is done, to read there what was done, once", async () => {
    const answer = await bake(form({ bread: "rye" }));
    expect(answer).toMatchObject({ statusCode: 303, headers: { location: "/oven" } });
    const cookies = [...dana.cookies, ...(answer.cookies ?? []).map(sentBack)];
    expect(await noticeOf({ ...browser(), cookies })).toEqual({ text: "Baked rye." });
    // The page's script looks for new rows meanwhile, and shows nobody what else is there.
    expect(
      (await shown({ ...browser({ headers: { "x-requested-with": "script" } }), cookies })).cookies,
    ).toEqual([]);
    const next = await shown({ ...browser(), cookies });
    expect(next.body).toContain('<section class="notice" role="status">Baked rye.</section>');
    expect(next.cookies).toEqual([expect.stringMatching(/^notice=; Max-Age=0;/)]);
  });

  it("answers programs what was done", async () => {
    const headers = bearer(space.apiKey);
    const answer = await bake(aRequest({ method: "POST", path: path(), headers, body: '{"bread":"rye"}' }));
    expect(answerOf(answer)).toEqual({ status: 201, body: { bread: "rye" } });
    expect(answer.cookies).toBeUndefined();
  });

  it.each([
    ["rolls<b>", 400, '"errors":{"bread":"is too long"}'],
    ["stale", 409, '"errors":{"form":"Somebody else saved this meanwhile. Look again, then save."}'],
  ])("shows the form with %j in it again, and what is wrong", async (bread, status, wrong) => {
    const answer = await bake(form({ bread }));
    expect(answer.statusCode).toBe(status);
    const text = answer.body?.replaceAll("&quot;", '"').replaceAll("&lt;", "<") ?? "";
    expect(text).toContain(`"values":{"bread":"${bread}"}`);
    expect(text).toContain(wrong);
    expect(answer.body).not.toContain("<b>");
  });

  it("does not show a secret again that was pasted into it", async () => {
    const answer = await bake(form({ bread: "sk_live_4242424242" }));
    expect(answer.statusCode).toBe(400);
    expect(answer.body).not.toContain("4242");
  });

  it.each([
    ["gone", 404, "There is nothing here"],
    ["burnt", 500, "Something went wrong on our side."],
  ])("is an error page for %s, and tells nothing of what went on inside", async (bread, status, text) => {
    const answer = await bake(form({ bread }));
    expect(answer.statusCode).toBe(status);
    expect(answer.body).toContain(text);
    expect(answer.body).not.toContain("sk_live");
  });

  it.each([
    ["the page whose form it was", `${ORIGIN}/spaces/demo`, "/spaces/demo"],
    ["home, where no page is named", undefined, "/"],
    ["home, where that makes no sense", "nonsense", "/"],
    [
      "a path of ours, where another site's page is named",
      "https://evil.example/spaces/demo",
      "/spaces/demo",
    ],
  ])(
    "tells people without a session that nothing was done, and leads by the sign-in to %s",
    async (...row) => {
      const [_where, referer, to] = row;
      const asked = { ...browser({ method: "POST", headers: { ...(referer && { referer }) } }), cookies: [] };
      const answer = await bake(asked);
      expect(answer).toMatchObject({ statusCode: 401, headers: { "cache-control": "no-store" } });
      expect(answer.headers).not.toHaveProperty("location");
      expect(answer.body).toContain("<h1>You were signed out</h1>");
      expect(answer.body).toContain("nothing was changed");
      const href = `${ORIGIN}/session/new?${new URLSearchParams({ to })}`;
      expect(answer.body).toContain(`<a href="${href}">Sign in again</a>`);
    },
  );

  it("answers programs without a session as ever", async () => {
    const asked = { ...browser({ method: "POST", headers: { accept: "*/*" } }), cookies: [] };
    expect(answerOf(await bake(asked))).toMatchObject({
      status: 401,
      body: { error: { code: "unauthorized" } },
    });
  });
});

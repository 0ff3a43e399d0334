import { once } from "node:events";
import { createServer } from "node:http";
import getPort from "get-port";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { handler as home } from "../../../functions/spaces/index.ts";
import { configuration } from "../../../lib/configuration.ts";
import type { Answer } from "../../../lib/http/request.ts";
import { aForm, aVisit } from "../../support/forms.ts";
import { member, operator, type Person, representative, signedIn, stranger } from "../../support/people.ts";
import { answerOf } from "../../support/requests.ts";
import { aSpace } from "../../support/spaces.ts";

/** What the issuer answers to whoever asks for its discovery document. */
let discovery: { status: number; facts: Record<string, string> };
let asked = 0;
const server = createServer((_request, response) => {
  asked += 1;
  if (discovery.status === 0) return; // not a word
  response.writeHead(discovery.status, { "content-type": "application/json" });
  response.end(JSON.stringify({ issuer, authorization_endpoint: `${issuer}/auth`, ...discovery.facts }));
});
const aPort = async (): Promise<string> => `http://127.0.0.1:${await getPort({ host: "127.0.0.1" })}`;

let issuer: string;
let person: Person;
beforeAll(async () => {
  issuer = await aPort();
  await once(server.listen(Number(new URL(issuer).port), "127.0.0.1"), "listening");
  person = await stranger();
  return async () => {
    server.closeAllConnections();
    await once(server.close(), "close");
  };
});
beforeEach(() => {
  asked = 0;
  vi.stubEnv("OIDC_ISSUER", issuer);
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Presses `Sign out`; the function was just started, and has not asked the issuer for anything yet. */
async function signOut(headers?: Record<string, string>, who: Partial<Person> = {}): Promise<Answer> {
  vi.resetModules();
  const { handler } = await import("../../../functions/session/destroy.ts");
  return await handler(aForm({ ...person, ...who }, {}, {}, headers));
}

const CLEARED = [
  expect.stringMatching(/^session=; Max-Age=0;/),
  expect.stringMatching(/^notice=; Max-Age=0;/),
];

/** The page that says so, goes on to nowhere, and leaves the person the choice. */
function expectStays(answer: Answer): void {
  expect(answer).toMatchObject({ statusCode: 200, cookies: CLEARED });
  expect(answer.body).toContain("<h1>You are signed out</h1>");
  expect(answer.body).toContain("The sign-in service may still know you");
  expect(answer.body).toContain(`<a href="${configuration.baseUrl}/session/new?to=%2F">Sign in again</a>`);
  expect(answer.body).not.toContain("http-equiv");
}

/** Cognito's sign-out page is at another host than its issuer; so may anybody's be. */
const ELSEWHERE = "https://pool.auth.example/logout";
const logged = () => vi.mocked(console.error).mock.calls.map(([line]) => JSON.parse(line));

describe("signs out here", () => {
  it("and at the issuer, which has a place for that", async () => {
    discovery = { status: 200, facts: { end_session_endpoint: ELSEWHERE } };
    const answer = await signOut();
    expect(answer).toMatchObject({
      statusCode: 200,
      headers: { "cache-control": "no-store" },
      cookies: CLEARED,
    });
    expect(answer.headers).not.toHaveProperty("location");
    expect(answer.body).toContain("<h1>You are signed out</h1>");
    const [, refresh] = /<meta http-equiv="refresh" content="0; url=([^"]+)"/.exec(answer.body ?? "") ?? [];
    const [, link] = /<a href="([^"]+)">Sign out at pool\.auth\.example, too</.exec(answer.body ?? "") ?? [];
    expect(refresh).toBe(link);
    const url = new URL(refresh?.replaceAll("&amp;", "&") ?? "");
    expect(`${url.origin}${url.pathname}`).toBe(ELSEWHERE);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: "convene",
      logout_uri: `${configuration.baseUrl}/`,
    });
  });

  it("and answers programs where the issuer does so, too", async () => {
    const asJson = { accept: "application/json" };
    discovery = { status: 200, facts: { end_session_endpoint: ELSEWHERE } };
    const answer = await signOut(asJson);
    expect(answer.cookies).toEqual(CLEARED);
    const url = expect.stringMatching(/^https:\/\/pool\.auth\.example\/logout\?client_id=convene&/);
    expect(answerOf(answer)).toEqual({ status: 200, body: { url } });
    discovery = { status: 200, facts: {} };
    expect(answerOf(await signOut(asJson))).toEqual({ status: 200, body: { url: null } });
  });

  it("and stays here, where the issuer has no such place", async () => {
    discovery = { status: 200, facts: {} };
    expectStays(await signOut());
    expect(logged()).toEqual([]);
  });

  it("and stays here, where the issuer answers 503, saying so in one line of the log", async () => {
    discovery = { status: 503, facts: {} };
    expectStays(await signOut());
    expect(logged()).toMatchObject([
      { message: "the issuer could not be discovered", code: "OAUTH_RESPONSE_IS_NOT_CONFORM" },
    ]);
  });

  it("and stays here, where nobody listens at the issuer's port", async () => {
    vi.stubEnv("OIDC_ISSUER", await aPort());
    expectStays(await signOut());
    expect(logged()).toMatchObject([{ message: "the issuer could not be discovered", error: "TypeError" }]);
  });

  it("and stays here, where the issuer says nothing, long before the function's time is over", async () => {
    discovery = { status: 0, facts: {} };
    const timeout = AbortSignal.timeout;
    const patience = vi.spyOn(AbortSignal, "timeout").mockImplementation(() => timeout(1));
    expectStays(await signOut());
    expect(patience.mock.calls).toEqual([[8_000]]);
    expect(logged()).toMatchObject([{ code: "OAUTH_TIMEOUT" }]);
  });

  it("even where the issuer's place makes no sense, which nobody foresaw", async () => {
    discovery = { status: 200, facts: { end_session_endpoint: "nowhere" } };
    expect(await signOut()).toMatchObject({ statusCode: 500, cookies: CLEARED });
    expect(logged()).toMatchObject([{ message: "a request failed" }]);
  });
});

it.each([
  ["an operator", operator],
  ["a member", async () => member(await aSpace())],
  ["a representative", async () => representative(await aSpace())],
  ["somebody who was let into nothing", stranger],
])(
  "ends the session of %s for whoever kept its cookie, and none that begins afterwards",
  async (_who, anybody) => {
    discovery = { status: 200, facts: {} };
    const them = await anybody();
    const before = await signedIn(them.email);
    expect((await home(aVisit(them, {}))).statusCode).toBe(200);
    expectStays(await signOut({}, them));
    for (const ended of [them, before]) expect((await home(aVisit(ended, {}))).statusCode).toBe(303);
    const again = await signedIn(them.email);
    // The tab that was forgotten somewhere.
    await signOut({}, them);
    expect((await home(aVisit(again, {}))).statusCode).toBe(200);
  },
);

it("says so where the tables do not answer, and keeps this browser signed in no more", async () => {
  discovery = { status: 200, facts: {} };
  vi.stubEnv("SETTINGS_TABLE", "no-such-table");
  expect(await signOut()).toMatchObject({ statusCode: 503, cookies: CLEARED });
  expect(asked).toBe(0);
});

it("leaves somebody signed in whose form is another site's, and asks the issuer for nothing", async () => {
  discovery = { status: 200, facts: { end_session_endpoint: ELSEWHERE } };
  const foreign = { origin: "https://evil.example" };
  expect(await signOut(foreign)).toMatchObject({ statusCode: 403, cookies: [] });
  // A browser keeps the session's cookie back from another site's form (SameSite), and takes what is answered.
  expect(await signOut(foreign, { cookies: [] })).toMatchObject({ statusCode: 403, cookies: [] });
  expect(asked).toBe(0);
});

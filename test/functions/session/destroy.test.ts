import { once } from "node:events";
import { createServer } from "node:http";
import getPort from "get-port";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { configuration } from "../../../lib/configuration.ts";
import type { Answer } from "../../../lib/http/api.ts";
import { aForm } from "../../support/forms.ts";
import { type Person, stranger } from "../../support/people.ts";

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
async function signOut(headers?: Record<string, string>): Promise<Answer> {
  vi.resetModules();
  const { handler } = await import("../../../functions/session/destroy.ts");
  return await handler(aForm(person, {}, {}, headers));
}

const CLEARED = [
  expect.stringMatching(/^session=; Max-Age=0;/),
  expect.stringMatching(/^notice=; Max-Age=0;/),
];
const home = () => ({
  statusCode: 303,
  headers: { location: `${configuration.baseUrl}/` },
  cookies: CLEARED,
});
const logged = () => vi.mocked(console.error).mock.calls.map(([line]) => JSON.parse(line));

describe("signs out here", () => {
  it("and at the issuer, which has a place for that", async () => {
    discovery = { status: 200, facts: { end_session_endpoint: `${issuer}/logout` } };
    const answer = await signOut();
    expect(answer).toMatchObject({ statusCode: 303, cookies: CLEARED });
    const { origin, pathname } = new URL(String(answer.headers?.location));
    expect(`${origin}${pathname}`).toBe(`${issuer}/logout`);
  });

  it("and goes home, where the issuer has no such place", async () => {
    discovery = { status: 200, facts: {} };
    expect(await signOut()).toMatchObject(home());
    expect(logged()).toEqual([]);
  });

  it("and goes home, where the issuer answers 503, saying so in one line of the log", async () => {
    discovery = { status: 503, facts: {} };
    expect(await signOut()).toMatchObject(home());
    expect(logged()).toMatchObject([
      { message: "the issuer could not be discovered", code: "OAUTH_RESPONSE_IS_NOT_CONFORM" },
    ]);
  });

  it("and goes home, where nobody listens at the issuer's port", async () => {
    vi.stubEnv("OIDC_ISSUER", await aPort());
    expect(await signOut()).toMatchObject(home());
    expect(logged()).toMatchObject([{ message: "the issuer could not be discovered", error: "TypeError" }]);
  });

  it("and goes home, where the issuer says nothing, long before the function's time is over", async () => {
    discovery = { status: 0, facts: {} };
    const timeout = AbortSignal.timeout;
    const patience = vi.spyOn(AbortSignal, "timeout").mockImplementation(() => timeout(1));
    expect(await signOut()).toMatchObject(home());
    expect(patience.mock.calls).toEqual([[8_000]]);
    expect(logged()).toMatchObject([{ code: "OAUTH_TIMEOUT" }]);
  });

  it("even where the issuer's place makes no sense, which nobody foresaw", async () => {
    discovery = { status: 200, facts: { end_session_endpoint: "nowhere" } };
    expect(await signOut()).toMatchObject({ statusCode: 500, cookies: CLEARED });
    expect(logged()).toMatchObject([{ message: "a request failed" }]);
  });
});

it("leaves somebody signed in whose form is another site's, and asks the issuer for nothing", async () => {
  discovery = { status: 200, facts: { end_session_endpoint: `${issuer}/logout` } };
  expect(await signOut({ origin: "https://evil.example" })).toMatchObject({ statusCode: 403, cookies: [] });
  expect(asked).toBe(0);
});

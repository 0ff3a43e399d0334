import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { bindPerson } from "../../../lib/session/identity.ts";
import { sessionOf } from "../../../lib/session/session.ts";
import { beginSignIn, completeSignIn, signOutUrl } from "../../../lib/session/sign_in.ts";
import { subjectOf } from "../../../local/oidc_provider/people.ts";
import { DANA, newBrowser, newIssuer, SHOP, signIn, VIC } from "../../local/oidc_provider/support.ts";
import { ownTables } from "../../support/own_tables.ts";
import { sentBack } from "../../support/people.ts";
import { aRequest } from "../../support/requests.ts";

await ownTables();

const ERIC = { ...DANA, email: "Eric@Example.com", name: "Eric" };
const OTTO = { ...DANA, email: "otto@example.com", name: "Otto" };
// In lower case, U+212A is k.
const NOT_KATE = { ...DANA, email: "\u212aate@example.com", name: "Not Kate" };

let issuer: string;
beforeAll(async () => {
  ({ url: issuer } = await newIssuer({ people: [DANA, VIC, ERIC, OTTO, NOT_KATE] }));
});
beforeEach(() => {
  vi.stubEnv("OIDC_ISSUER", issuer);
  vi.stubEnv("BASE_URL", SHOP);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

async function begin(to?: string) {
  const { location, cookies } = await beginSignIn(to);
  return { location: new URL(location), cookies: cookies.map(sentBack) };
}

/** What a person does at the issuer. @returns the query that their browser comes back with. */
async function atIssuer(location: URL, person = DANA): Promise<URLSearchParams> {
  const browser = newBrowser(issuer);
  const { sentTo = "" } = await signIn(browser, await browser.open(location), person);
  expect(sentTo).toMatch(`${SHOP}/session/callback?`);
  return new URL(sentTo).searchParams;
}

const comeBack = (query: URLSearchParams, cookies: string[]) =>
  completeSignIn({ ...aRequest({}), rawQueryString: String(query), cookies });

const failed = (message: RegExp) => ({
  status: 400,
  code: "sign_in_failed",
  message: expect.stringMatching(message),
});
const usedUp = failed(/refused or is used up/);
const tookTooLong = failed(/took too long/);

describe("signing in", () => {
  it("starts a session of whom the issuer named, and lands where the person was going", async () => {
    const { location, cookies } = await begin("/spaces/demo?next=2");
    const done = await comeBack(await atIssuer(location), cookies);
    expect(done.location).toBe("/spaces/demo?next=2");
    expect(done.cookies).toEqual([
      expect.stringMatching(/^session=/),
      "sign_in=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax",
    ]);
    const session = await sessionOf({ ...aRequest({}), cookies: done.cookies.map(sentBack) });
    expect(session).toMatchObject({ issuer, subject: subjectOf(DANA), email: DANA.email, name: DANA.name });
  });

  it("knows an email address in lower case, however the issuer writes it", async () => {
    const { location, cookies } = await begin();
    const done = await comeBack(await atIssuer(location, ERIC), cookies);
    const session = await sessionOf({ ...aRequest({}), cookies: done.cookies.map(sentBack) });
    expect(session?.email).toBe("eric@example.com");
  });

  it("takes nobody for another person whose address theirs is alike only in lower case", async () => {
    const { location, cookies } = await begin();
    await expect(comeBack(await atIssuer(location, NOT_KATE), cookies)).rejects.toMatchObject(
      failed(/not an email address/),
    );
  });

  it("asks the issuer by PKCE, with a state and a nonce that nobody can guess or read", async () => {
    const [one, another] = [await begin(), await begin()];
    const asked = Object.fromEntries(one.location.searchParams);
    expect(asked).toMatchObject({
      client_id: "convene",
      redirect_uri: `${SHOP}/session/callback`,
      response_type: "code",
      scope: "openid email profile",
      code_challenge_method: "S256",
    });
    for (const name of ["state", "nonce", "code_challenge"]) {
      expect(asked[name]).toMatch(/^[\w-]{43}$/);
      expect(another.location.searchParams.get(name)).not.toBe(asked[name]);
      expect(one.cookies.join()).not.toContain(asked[name]);
    }
  });

  it.each(["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])(
    "lands at home where it is told to land at %s",
    async (to) => {
      const { location, cookies } = await begin(to);
      expect((await comeBack(await atIssuer(location), cookies)).location).toBe("/");
    },
  );
});

describe("signing in fails, and starts no session,", () => {
  it("where an answer of the issuer is sent a second time", async () => {
    const { location, cookies } = await begin();
    const query = await atIssuer(location);
    await comeBack(query, cookies);
    await expect(comeBack(query, cookies)).rejects.toMatchObject(usedUp);
  });

  it("with the answer to somebody else's sign-in, or to another of one's own", async () => {
    const [victim, attacker] = [await begin(), await begin()];
    const query = await atIssuer(attacker.location);
    await expect(comeBack(query, victim.cookies)).rejects.toMatchObject(usedUp);
    query.set("state", victim.location.searchParams.get("state") ?? "");
    // The code is bound to the other's verifier, though the state is right now.
    await expect(comeBack(query, victim.cookies)).rejects.toMatchObject(usedUp);
  });

  it("with a token that was made for another nonce", async () => {
    const { location, cookies } = await begin();
    location.searchParams.set("nonce", "foreign");
    await expect(comeBack(await atIssuer(location), cookies)).rejects.toMatchObject(usedUp);
  });

  it.each([
    ["no state", (query: URLSearchParams) => query.delete("state")],
    ["another state", (query: URLSearchParams) => query.set("state", "foreign")],
    ["two states", (query: URLSearchParams) => query.append("state", "foreign")],
    ["no code", (query: URLSearchParams) => query.delete("code")],
    ["another code", (query: URLSearchParams) => query.set("code", "foreign")],
    ["another issuer", (query: URLSearchParams) => query.set("iss", "https://evil.example")],
    ["a refusal", (query: URLSearchParams) => query.set("error", "access_denied")],
  ])("with %s", async (_what, change) => {
    const { location, cookies } = await begin();
    const query = await atIssuer(location);
    change(query);
    await expect(comeBack(query, cookies)).rejects.toMatchObject(usedUp);
  });

  it("without the cookie, which another browser has, and with one that was tampered with", async () => {
    const { location, cookies } = await begin();
    const query = await atIssuer(location);
    await expect(comeBack(query, [])).rejects.toMatchObject(tookTooLong);
    const tampered = cookies.map((cookie) =>
      cookie.replace(/\.(.)/, (_, first) => (first === "A" ? ".B" : ".A")),
    );
    await expect(comeBack(query, tampered)).rejects.toMatchObject(tookTooLong);
    // Nothing of that has used it up.
    expect((await comeBack(query, cookies)).location).toBe("/");
  });

  it("ten minutes after it was begun", async () => {
    const { location, cookies } = await begin();
    const query = await atIssuer(location);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10 * 60_000 });
    await expect(comeBack(query, cookies)).rejects.toMatchObject(tookTooLong);
  });

  it("with an email address that the issuer has not verified", async () => {
    const { location, cookies } = await begin();
    const signingIn = comeBack(await atIssuer(location, VIC), cookies);
    await expect(signingIn).rejects.toMatchObject(failed(/email address is not verified/));
  });

  it("with an email address that belongs to another account already", async () => {
    await bindPerson({ email: OTTO.email, issuer, subject: "the Otto before" });
    const { location, cookies } = await begin();
    const signingIn = comeBack(await atIssuer(location, OTTO), cookies);
    await expect(signingIn).rejects.toMatchObject(failed(/belongs to another account/));
  });
});

/** Where this issuer, which has a place for that, signs people out. */
async function atIssuerToo(): Promise<string> {
  const url = await signOutUrl();
  if (!url) throw new Error("the issuer signs nobody out");
  return url;
}

it("signs out at the issuer too, and comes home from there", async () => {
  const { location } = await begin();
  const browser = newBrowser(issuer);
  await signIn(browser, await browser.open(location), DANA);
  const page = await browser.open(await atIssuerToo());
  expect((await browser.press(page)).sentTo).toBe(`${SHOP}/`);
  const again = await browser.open((await begin()).location);
  expect(again.sentTo).toBeUndefined(); // it asks for the password again
});

it("tells the issuer where to come home to by the standard's name and by Cognito's", async () => {
  const { searchParams } = new URL(await atIssuerToo());
  expect(Object.fromEntries(searchParams)).toEqual({
    client_id: "convene",
    post_logout_redirect_uri: `${SHOP}/`,
    logout_uri: `${SHOP}/`,
  });
});

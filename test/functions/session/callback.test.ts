import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { handler as callback } from "../../../functions/session/callback.ts";
import { handler as destroy } from "../../../functions/session/destroy.ts";
import { handler as begin } from "../../../functions/session/new.ts";
import { handler as home } from "../../../functions/spaces/index.ts";
import { sessionOf } from "../../../lib/session/session.ts";
import { DANA, newBrowser, newIssuer, SHOP, signIn } from "../../local/oidc_provider/support.ts";
import { metricsSaid } from "../../support/metrics.ts";
import { ownTables } from "../../support/own_tables.ts";
import { sentBack } from "../../support/people.ts";
import { aRequest } from "../../support/requests.ts";

await ownTables();

let issuer: string;
beforeAll(async () => {
  ({ url: issuer } = await newIssuer());
});
beforeEach(() => {
  vi.stubEnv("OIDC_ISSUER", issuer);
  vi.stubEnv("BASE_URL", SHOP);
});
afterEach(() => vi.unstubAllEnvs());

const browsing = { accept: "text/html" };

/** Signs in as a browser does. @returns the answer to its coming back, and what it came back with. */
async function comeBack(to: string) {
  const begun = await begin(aRequest({ headers: browsing, query: { to } }));
  const browser = newBrowser(issuer);
  const page = await browser.open(String(begun.headers?.location));
  const { sentTo = "" } = await signIn(browser, page, DANA);
  const cookies = (begun.cookies ?? []).map(sentBack);
  const request = {
    ...aRequest({ headers: browsing }),
    rawQueryString: new URL(sentTo).search.slice(1),
    cookies,
  };
  return { request, answer: await callback(request) };
}

it("signs in and out again", async () => {
  const { answer } = await comeBack("/spaces");
  expect(answer).toMatchObject({ statusCode: 303, headers: { location: "/spaces" } });
  const cookies = (answer.cookies ?? []).map(sentBack);
  const request = { ...aRequest({ headers: browsing }), cookies };
  const page = await home(request);
  expect(page).toMatchObject({ statusCode: 200, body: expect.stringContaining(DANA.email) });
  const csrf = (await sessionOf(request))?.csrf ?? "";
  const out = await destroy({
    ...aRequest({
      method: "POST",
      headers: { ...browsing, origin: SHOP, "content-type": "application/x-www-form-urlencoded" },
      body: String(new URLSearchParams({ csrf })),
    }),
    cookies,
  });
  expect(out).toMatchObject({
    statusCode: 200,
    cookies: [expect.stringMatching(/^session=; Max-Age=0;/), expect.stringMatching(/^notice=; Max-Age=0;/)],
  });
  expect(out.body).toContain(`content="0; url=${issuer}/`);
  // Somebody may have kept the cookie.
  expect(await home(request)).toMatchObject({
    statusCode: 303,
    headers: { location: expect.stringContaining("/session/new?") },
  });
});

it("says why it failed, with a way to try again, and no session", async () => {
  const { request } = await comeBack("/spaces/demo");
  const replayed = await callback(request);
  expect(replayed).toMatchObject({
    statusCode: 400,
    cookies: [],
    body: expect.stringContaining("The sign-in was refused or is used up."),
  });
  expect(replayed.body).toContain(`<a href="${SHOP}/session/new?to=%2Fspaces%2Fdemo">Sign in again</a>`);
});

it("counts who got in, and what the issuer refused, but not what comes from nowhere", async () => {
  const said = metricsSaid();
  const { request } = await comeBack("/");
  expect(said()).toEqual({ SignInsDone: [1] });
  await callback(request); // the code is used up
  expect(said()).toEqual({ SignInsDone: [1], SignInsFailed: [1] });
  const query = new URLSearchParams(request.rawQueryString);
  query.delete("code");
  query.set("error", "access_denied");
  await callback({ ...request, rawQueryString: String(query) });
  await callback({ ...request, cookies: [] });
  expect(said()).toEqual({ SignInsDone: [1], SignInsFailed: [1] });
});

it("tells of an error at the issuer in our own words only", async () => {
  const { request } = await comeBack("/");
  const rawQueryString = "error=access_denied&error_description=<script>alert(1)</script>";
  const { statusCode, body } = await callback({ ...request, rawQueryString });
  expect(statusCode).toBe(400);
  expect(body).not.toContain("alert(1)");
});

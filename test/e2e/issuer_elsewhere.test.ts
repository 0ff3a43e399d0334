import { randomBytes } from "node:crypto";
import type { Page } from "playwright-core";
import { afterAll, expect, inject, it, vi } from "vitest";
import { handler as signOut } from "../../functions/session/destroy.ts";
import { handler as signIn } from "../../functions/session/new.ts";
import { handler as makeSpace } from "../../functions/spaces/create.ts";
import { json } from "../../lib/http/api.ts";
import type { Answer, Request } from "../../lib/http/request.ts";
import { document } from "../../lib/pages/document.ts";
import { Form } from "../../lib/pages/form.ts";
import { html } from "../../lib/pages/html.ts";
import { sessionOf, startSession } from "../../lib/session/session.ts";
import { tablesOf, tableVariables } from "../../local/tables.ts";
import { sentBack } from "../support/people.ts";
import { serve } from "../support/serve.ts";
import { press } from "../support/sign_in.ts";
import { browsing, headingOf } from "../support/signed_in_page.ts";

/** The issuer's pages are at another origin than the issuer, as Cognito's are. The product's own issuer has both at one. */
const pages = await serve(async () => document({ title: "The issuer", body: html`<p>It asks.</p>` }));
const issuer: string = await serve(async () =>
  json(200, {
    issuer,
    authorization_endpoint: `${pages}/authorize`,
    end_session_endpoint: `${pages}/logout`,
  }),
);
const ROUTES = new Map([
  ["GET /session/new", signIn],
  ["POST /session/destroy", signOut],
  ["POST /spaces", makeSpace],
]);
const ours = await serve((request) => (ROUTES.get(request.routeKey) ?? home)(request));

/** A page like any of ours, which has the form to sign out, and one of its own. */
async function home(request: Request): Promise<Answer> {
  const session = await sessionOf(request);
  const body = html`<${Form} action="/spaces" session=${session} button="Create Space" />`;
  return document({ title: "My Spaces", body, session });
}

vi.stubEnv("BASE_URL", ours);
vi.stubEnv("OIDC_ISSUER", issuer);
vi.stubEnv("OIDC_CLIENT_ID", "convene");
for (const [name, value] of Object.entries({
  ...tableVariables(tablesOf("local")),
  AWS_ENDPOINT_URL_DYNAMODB: inject("demo").dynamodbEndpoint,
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
}))
  vi.stubEnv(name, value);
vi.stubEnv("SESSION_KEYS", randomBytes(32).toString("base64url"));
afterAll(() => {
  vi.unstubAllEnvs();
});

const { open } = browsing();

async function signedIn(): Promise<Page> {
  const person = { issuer, subject: "pat", email: "pat@convene.example", name: "Pat", sign_outs: 0 };
  const [name = "", value = ""] = sentBack(await startSession(person)).split("=");
  const page = await open(ours);
  await page.context().addCookies([{ name, value, url: ours }]);
  await page.reload();
  return page;
}

it("signs out here, goes on to the issuer's page wherever that is, and has nothing behind the back button", async () => {
  const page = await signedIn();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(`${pages}/**`);
  const { pathname, searchParams } = new URL(page.url());
  expect(pathname).toBe("/logout");
  expect(Object.fromEntries(searchParams)).toMatchObject({ client_id: "convene", logout_uri: `${ours}/` });
  expect(await page.context().cookies(ours)).toEqual([]);
  await page.goBack();
  expect(page.url()).toBe(`${ours}/`);
  expect(await page.getByRole("button", { name: "Sign out" }).count()).toBe(0);
});

it("tells who sends a form without a session, and leads to the issuer's page wherever that is", async () => {
  const page = await signedIn();
  await page.context().clearCookies();
  await press(page, "Create Space");
  expect(await headingOf(page)).toBe("You were signed out");
  await page.getByRole("link", { name: "Sign in again" }).click();
  await page.waitForURL(`${pages}/**`);
  expect(new URL(page.url()).pathname).toBe("/authorize");
});

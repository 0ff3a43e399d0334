import { randomBytes } from "node:crypto";
import { handler as callback } from "../../functions/stripe_account/callback.ts";
import { handler as connect } from "../../functions/stripe_account/create.ts";
import { handler as disconnect } from "../../functions/stripe_account/destroy.ts";
import { handler as refresh } from "../../functions/stripe_account/refresh.ts";
import { handler as comeBackFromOnboarding } from "../../functions/stripe_account/return.ts";
import type { Answer } from "../../lib/http/request.ts";
import { getMarketplace } from "../../lib/marketplaces/get_marketplace.ts";
import type { Marketplace } from "../../lib/marketplaces/marketplace.ts";
import { oauthRedirectUri } from "../../lib/stripe_account/start_connecting.ts";
import { updateUtility } from "../../lib/stripe_account/update_utility.ts";
import { getUtility } from "../../lib/utilities/get_utility.ts";
import { placeOf } from "./checkouts.ts";
import { aForm, aVisit } from "./forms.ts";
import { type Person, sentBack } from "./people.ts";
import { aRequest } from "./requests.ts";
import { control } from "./simulator.ts";
import type { TestSpace } from "./spaces.ts";

/** Gives the Space's platform a client id at Stripe, with our redirect URI registered. */
export async function aClientId(
  space: TestSpace,
  { livemode = false, redirectUri = oauthRedirectUri() } = {},
): Promise<string> {
  const id = `ca_${randomBytes(12).toString("hex")}`;
  await control(space, "accounts", {
    id: space.stripeAccount,
    display_name: space.name,
    client_ids: [{ id, livemode, redirect_uris: [redirectUri] }],
  });
  return id;
}

/** What a member types into the Utility's field. */
export async function saveClientId(space: TestSpace, client_id: string): Promise<void> {
  const utility = await getUtility(space.space, space.utility);
  await updateUtility(utility, { client_id, api_token: "", version: utility.version }, "a test");
}

/** A Space whose Vendors join by OAuth. */
export async function withOauth(space: TestSpace): Promise<TestSpace> {
  await saveClientId(space, await aClientId(space));
  return space;
}

type Which = { marketplace?: TestSpace["first"] };

export const marketplaceNow = (space: TestSpace, { marketplace }: Which = {}): Promise<Marketplace> =>
  getMarketplace(placeOf(space, marketplace));

export const pressConnect = (
  space: TestSpace,
  person: Person,
  { marketplace }: Which = {},
): Promise<Answer> => connect(aForm(person, placeOf(space, marketplace), {}));

export const pressDisconnect = (
  space: TestSpace,
  person: Person,
  { marketplace }: Which = {},
): Promise<Answer> => disconnect(aForm(person, placeOf(space, marketplace), {}));

/** Where an answer sends the browser. */
export function locationOf({ statusCode, headers, body }: Answer): URL {
  if (statusCode !== 303) throw new Error(`${statusCode} is no redirect: ${body}`);
  return new URL(String(headers?.location), "http://convene.invalid:3000");
}

/** What a Vendor does on Stripe's page: lets us into an account, or not. */
export type AtStripe = { deny: true } | { account: string } | { name: string };

/** @returns where Stripe sends the browser back to */
export async function authorizeAtStripe(page: URL, what: AtStripe): Promise<URL> {
  const form =
    "deny" in what
      ? { do: "deny" }
      : "account" in what
        ? { do: "connect", account: what.account }
        : { do: "connect", account: "new", name: what.name, country: "US" };
  const response = await fetch(page, {
    method: "POST",
    body: new URLSearchParams(form),
    redirect: "manual",
  });
  const location = response.headers.get("location");
  if (!location) throw new Error(`${response.status} ${await response.text()}`);
  return new URL(location);
}

/** The browser comes back from OAuth, by the address that Stripe sent it to. */
export const comeBack = (address: URL, person: Pick<Person, "cookies">): Promise<Answer> =>
  callback({
    ...aRequest({ headers: { accept: "text/html" }, query: Object.fromEntries(address.searchParams) }),
    rawPath: address.pathname,
    rawQueryString: address.search.slice(1),
    cookies: person.cookies,
  });

/** The whole way by OAuth, for a Vendor with a new account. */
export async function connectByOauth(
  space: TestSpace,
  person: Person,
  what: AtStripe = { name: "A Vendor" },
  which: Which = {},
): Promise<Answer> {
  const page = locationOf(await pressConnect(space, person, which));
  return await comeBack(await authorizeAtStripe(page, what), person);
}

/** The buttons of Stripe's onboarding page, by what they do. */
type Onboarding = "complete" | "want_more" | "later";

/** What a Vendor does on Stripe's onboarding page. @returns where Stripe sends the browser to afterwards */
export async function onboardAtStripe(page: URL, what: Onboarding): Promise<URL> {
  const visit = await fetch(page, { redirect: "manual" });
  const moved = visit.headers.get("location");
  if (moved) return new URL(moved);
  const html = await visit.text();
  const [, form = ""] = /name="form" value="([^"]+)"/.exec(html) ?? [];
  const sent = await fetch(page, {
    method: "POST",
    body: new URLSearchParams({ form, do: what }),
    redirect: "manual",
  });
  const location = sent.headers.get("location");
  if (!location) throw new Error(`${sent.status} ${await sent.text()}`);
  return new URL(location);
}

/** The browser comes back from Stripe's onboarding, to where Stripe sent it. */
export function arrive(address: URL, space: TestSpace, person: Person, { marketplace }: Which = {}) {
  const handler = address.pathname.endsWith("/refresh") ? refresh : comeBackFromOnboarding;
  return handler(aVisit(person, placeOf(space, marketplace)));
}

/** The whole way by Stripe's onboarding. */
export async function connectByOnboarding(
  space: TestSpace,
  person: Person,
  what: Onboarding = "complete",
): Promise<Answer> {
  const page = locationOf(await pressConnect(space, person));
  return await arrive(await onboardAtStripe(page, what), space, person);
}

/** The `Set-Cookie` lines of an answer as the browser sends them back. */
export const cookiesOf = ({ cookies = [] }: Answer): string[] => cookies.map(sentBack);

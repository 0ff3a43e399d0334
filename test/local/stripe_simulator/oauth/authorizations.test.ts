import Stripe from "stripe";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { waitUntil } from "../../../support/wait.ts";
import { newPlatform, newReceiver, simulatorForTests, stripeAt } from "../support.ts";

const url = await simulatorForTests();
const REDIRECT_URI = "http://convene.local:3000/stripe_account/callback";

type Platform = Awaited<ReturnType<typeof newPlatform>>;
let platform: Platform;
let clientId: string;
let liveClientId: string;

/** A platform with a client id of each mode, and our redirect URI for test mode. */
async function withClientIds(): Promise<{ platform: Platform; test: string; live: string }> {
  const made = await newPlatform(url);
  const { body } = await made.control("/accounts", { id: made.id, display_name: "Space" });
  const idOf = (livemode: boolean): string =>
    body.client_ids.find((each: { livemode: boolean }) => each.livemode === livemode).id;
  await made.control("/redirect_uris", { client_id: idOf(false), redirect_uri: REDIRECT_URI });
  return { platform: made, test: idOf(false), live: idOf(true) };
}

beforeAll(async () => {
  ({ platform, test: clientId, live: liveClientId } = await withClientIds());
});
afterEach(() => {
  vi.useRealTimers();
});

const pageFor = (query: Record<string, string>): string =>
  `${url}/oauth/authorize?${new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    scope: "read_write",
    redirect_uri: REDIRECT_URI,
    state: "state-1",
    ...query,
  })}`;

const send = (form: Record<string, string>, query: Record<string, string> = {}) =>
  fetch(pageFor(query), { method: "POST", body: new URLSearchParams(form), redirect: "manual" });

/** A Vendor lets the platform in. @returns the code */
async function aCode(name = "Vendor", query: Record<string, string> = {}): Promise<string> {
  const answer = await send({ do: "connect", account: "new", name, country: "US" }, query);
  return new URL(answer.headers.get("location") ?? "").searchParams.get("code") ?? "";
}

const exchange = (code: string, stripe = platform.stripe) =>
  stripe.oauth.token({ grant_type: "authorization_code", code });

describe("the authorize page", () => {
  it.each([
    ["another case", REDIRECT_URI.replace("callback", "Callback")],
    ["a slash more", `${REDIRECT_URI}/`],
    ["a query more", `${REDIRECT_URI}?x=1`],
    ["another host", "http://evil.example/stripe_account/callback"],
  ])("compares the redirect URI exactly: %s is a page, and never a redirect", async (_what, redirect_uri) => {
    for (const answer of [
      await fetch(pageFor({ redirect_uri }), { redirect: "manual" }),
      await send({ do: "deny" }, { redirect_uri }),
    ]) {
      expect([answer.status, answer.headers.get("location")]).toEqual([400, null]);
      expect(await answer.text()).toContain("Invalid redirect URI");
    }
  });

  it("is a page, and never a redirect, for a client id that nobody has, or one without a redirect URI", async () => {
    for (const client_id of ["ca_nobody", liveClientId]) {
      const answer = await fetch(pageFor({ client_id }), { redirect: "manual" });
      expect([answer.status, answer.headers.get("location")]).toEqual([400, null]);
    }
  });

  it("proposes a new account, for those that are there may be other Vendors'", async () => {
    await newPlatform(url, ["Other Vendor"]);
    const text = await (await fetch(pageFor({}))).text();
    expect(text).toContain("Other Vendor");
    expect(text.match(/value="\w+" checked/g)).toEqual(['value="new" checked']);
  });

  it("sends back who denies, with the state", async () => {
    const location = new URL((await send({ do: "deny" })).headers.get("location") ?? "");
    expect(`${location.origin}${location.pathname}`).toBe(REDIRECT_URI);
    expect(Object.fromEntries(location.searchParams)).toEqual({
      error: "access_denied",
      error_description: "The user denied your request",
      state: "state-1",
    });
  });

  it("connects no platform's own account, and none that another platform controls", async () => {
    const other = await newPlatform(url);
    const controlled = await other.stripe.accounts.create({ type: "standard" });
    for (const account of [other.id, platform.id, controlled.id, "acct_nobody"]) {
      const answer = await send({ do: "connect", account });
      expect([answer.status, answer.headers.get("location")]).toEqual([400, null]);
      expect(await answer.text()).toContain('role="alert"');
    }
  });
});

describe("a code", () => {
  it("is good for the account that let us in, which is connected then", async () => {
    const { stripe_user_id = "", ...grant } = await exchange(await aCode());
    expect(grant).toMatchObject({ livemode: false, scope: "read_write", token_type: "bearer" });
    expect(await platform.stripe.accounts.retrieve(stripe_user_id)).toMatchObject({
      details_submitted: true,
    });
  });

  it("that is used twice ends the first grant", async () => {
    const code = await aCode();
    const { stripe_user_id = "" } = await exchange(code);
    await expect(exchange(code)).rejects.toBeInstanceOf(Stripe.errors.StripeInvalidGrantError);
    await expect(platform.stripe.accounts.retrieve(stripe_user_id)).rejects.toMatchObject({
      statusCode: 403,
      code: "account_invalid",
    });
  });

  it("is over after five minutes", async () => {
    const code = await aCode();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 5 * 60_000 });
    await expect(exchange(code)).rejects.toBeInstanceOf(Stripe.errors.StripeInvalidGrantError);
  });

  it("is nothing to another platform, nor to a key of the other mode, and is good still", async () => {
    const code = await aCode();
    const other = await newPlatform(url);
    for (const stripe of [other.stripe, platform.live])
      await expect(exchange(code, stripe)).rejects.toBeInstanceOf(Stripe.errors.StripeInvalidGrantError);
    expect(await exchange(code)).toHaveProperty("stripe_user_id");
  });

  it("wants a key that is one", async () => {
    await expect(exchange(await aCode(), stripeAt(url, "sk_test_nobody000000"))).rejects.toMatchObject({
      statusCode: 401,
    });
  });
});

describe("an account that is let go", () => {
  it.each([
    [
      "by the platform",
      (id: string) => platform.stripe.oauth.deauthorize({ client_id: clientId, stripe_user_id: id }),
    ],
    ["by its owner", (id: string) => platform.control(`/accounts/${id}/deauthorize`, {})],
  ])(
    "%s is told to the Connect endpoint, with the application as its object, and is gone",
    async (_by, letGo) => {
      const receiver = await newReceiver();
      await platform.stripe.webhookEndpoints.create({
        url: receiver.url,
        connect: true,
        enabled_events: ["*"],
      });
      const { stripe_user_id = "" } = await exchange(await aCode());
      await letGo(stripe_user_id);
      const told = () =>
        receiver.received.map(({ event }) => event).filter(({ account }) => account === stripe_user_id);
      await waitUntil(() => told().length === 2);
      expect(told()).toMatchObject([
        { type: "account.application.authorized", data: { object: { id: clientId, object: "application" } } },
        {
          type: "account.application.deauthorized",
          data: { object: { id: clientId, object: "application" } },
        },
      ]);
      await expect(platform.stripe.accounts.retrieve(stripe_user_id)).rejects.toMatchObject({
        code: "account_invalid",
      });
    },
  );

  it("cannot be let go by a foreign client id, nor twice", async () => {
    const { stripe_user_id = "" } = await exchange(await aCode());
    const { test: foreign } = await withClientIds();
    const letGo = (client_id: string) => platform.stripe.oauth.deauthorize({ client_id, stripe_user_id });
    await expect(letGo(foreign)).rejects.toBeInstanceOf(Stripe.errors.StripeInvalidClientError);
    expect(await letGo(clientId)).toEqual({ stripe_user_id });
    await expect(letGo(clientId)).rejects.toBeInstanceOf(Stripe.errors.StripeInvalidClientError);
  });
});

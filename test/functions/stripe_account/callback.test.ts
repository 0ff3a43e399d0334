import { once } from "node:events";
import { createServer } from "node:http";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type { Answer } from "../../../lib/http/request.ts";
import { removeRepresentative } from "../../../lib/members/change_representatives.ts";
import { readCookie } from "../../../lib/session/cookies.ts";
import { noticeCookie } from "../../../lib/session/notice.ts";
import { placesOf } from "../../../lib/stripe_account/connected_account.ts";
import { updateUtility } from "../../../lib/stripe_account/update_utility.ts";
import { stripeClient } from "../../../lib/stripe_client.ts";
import { getUtility } from "../../../lib/utilities/get_utility.ts";
import { placeOf } from "../../support/checkouts.ts";
import {
  aClientId,
  authorizeAtStripe,
  comeBack,
  connectByOauth,
  cookiesOf,
  locationOf,
  marketplaceNow,
  pressConnect,
  saveClientId,
  withOauth,
} from "../../support/connection.ts";
import { weather } from "../../support/orders.ts";
import { anEmail, member, type Person, representative, signedIn } from "../../support/people.ts";
import { aRequest } from "../../support/requests.ts";
import { requestsTo } from "../../support/simulator.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { stripeThatAnswers } from "../../support/stripe.ts";

let space: TestSpace;
let vera: Person;
let logged: string[];

beforeEach(async () => {
  space = await withOauth(await aSpace({ connected: false }));
  vera = await representative(space);
  logged = [];
  for (const level of ["info", "warn", "error"] as const)
    vi.spyOn(console, level).mockImplementation((line: string) => void logged.push(line));
  return () => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  };
});

/** What the next page says. */
const noticeOf = (answer: Answer) =>
  readCookie({ ...aRequest({}), cookies: cookiesOf(answer) }, noticeCookie);

const editPath = () => {
  const { space: name, room, marketplace } = placeOf(space);
  return `/spaces/${name}/rooms/${room}/marketplaces/${marketplace}/edit`;
};

/** The person pressed the button and let us in; this is the way back that Stripe gave their browser. */
const wayBack = async (what: Parameters<typeof authorizeAtStripe>[1] = { name: "Bakery" }): Promise<URL> =>
  await authorizeAtStripe(locationOf(await pressConnect(space, vera)), what);

const exchanges = async () => (await requestsTo(space, "/oauth/token")).length;

it("connects the Marketplace to the account that let us in, and keeps nothing of it but its id", async () => {
  const back = await wayBack();
  const answer = await comeBack(back, vera);
  expect(locationOf(answer).pathname).toBe(editPath());
  expect(await noticeOf(answer)).toEqual({ text: "Stripe Connected!" });
  const { stripe_account, stripe_account_facts } = await marketplaceNow(space);
  expect(stripe_account).toMatch(/^acct_/);
  expect(stripe_account_facts).toMatchObject({ details_submitted: true, made_by_us: false });
  expect(await placesOf(stripe_account ?? "")).toEqual([placeOf(space)]);
});

it("sends along what Stripe asks for, and a state that is in no table as it is", async () => {
  const page = locationOf(await pressConnect(space, vera));
  const { state, ...query } = Object.fromEntries(page.searchParams);
  const { client_id } = await getUtility(space.space, space.utility);
  expect(query).toEqual({
    response_type: "code",
    client_id,
    scope: "read_write",
    redirect_uri: "http://convene.invalid:3000/stripe_account/callback",
    "stripe_user[email]": vera.email,
  });
  expect(state).toMatch(/^[\w-]{43}$/);
});

it("exchanges the code once, however many browsers come back at the same moment", async () => {
  const back = await wayBack();
  const answers = await Promise.all([1, 2, 3, 4].map(() => comeBack(back, vera)));
  expect(await exchanges()).toBe(1);
  const notices = await Promise.all(answers.map(noticeOf));
  expect(notices.filter((notice) => notice?.text === "Stripe Connected!")).toHaveLength(1);
  expect(notices.filter((notice) => notice?.trouble?.includes("was used already"))).toHaveLength(3);
  expect((await marketplaceNow(space)).stripe_account).toMatch(/^acct_/);
});

it("asks Stripe once even when the connection breaks, because a second exchange would end the grant", async () => {
  const back = await wayBack();
  let asked = 0;
  const server = createServer((request) => {
    asked++;
    request.socket.destroy();
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("no port");
  vi.stubEnv("STRIPE_API_BASE", `http://127.0.0.1:${address.port}`);
  const answer = await comeBack(back, vera).finally(() => vi.unstubAllEnvs());
  expect(asked).toBe(1);
  expect((await noticeOf(answer))?.trouble).toContain("Stripe did not answer");
});

/** A Stripe that says this to whatever it is asked, for as long as `act` takes. */
async function whileStripeSays<T>(status: number, body: object, act: () => Promise<T>) {
  await using stripe = await stripeThatAnswers(status, body);
  vi.stubEnv("STRIPE_API_BASE", stripe.url);
  const result = await act().finally(() => vi.unstubAllEnvs());
  return { result, requests: stripe.requests };
}

type Failure = {
  /** How the browser comes back. */
  back: () => Promise<Answer>;
  says: RegExp;
  /** Where the person lands: the Marketplace's page, unless told. */
  to?: RegExp;
};

const changed = (address: URL, change: Record<string, string | undefined>): URL => {
  const url = new URL(address);
  for (const [name, value] of Object.entries(change))
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  return url;
};

const failures: Record<string, Failure> = {
  "access was denied": {
    back: async () => comeBack(await wayBack({ deny: true }), vera),
    says: /^Nothing was connected: access was denied/,
  },
  "Stripe names another error": {
    back: async () =>
      comeBack(
        changed(await wayBack({ deny: true }), { error: "invalid_scope", error_description: "SECRET" }),
        vera,
      ),
    says: /^Stripe refused to begin/,
  },
  "no state": {
    back: async () => comeBack(changed(await wayBack(), { state: undefined }), vera),
    says: /^This is no connection that was begun here/,
    to: /^\/$/,
  },
  "a state that is tampered with": {
    back: async () => comeBack(changed(await wayBack(), { state: "A".repeat(43) }), vera),
    says: /^This is no connection that was begun here/,
    to: /^\/$/,
  },
  "a state that is no state": {
    back: async () => comeBack(changed(await wayBack(), { state: "x'; --" }), vera),
    says: /^This is no connection that was begun here/,
    to: /^\/$/,
  },
  "another person's state": {
    back: async () => comeBack(await wayBack(), await member(space)),
    says: /^This connection was begun by somebody else/,
    to: /^\/$/,
  },
  "the person's own state, in another browser": {
    back: async () => comeBack(await wayBack(), await signedIn(vera.email)),
    says: /^This connection was begun in another browser/,
  },
  "nobody is signed in any more": {
    back: async () => comeBack(await wayBack(), { cookies: [] }),
    says: /^You were signed out while you were at Stripe/,
    to: /^\/session\/new\?to=%2Fspaces%2F[^&]+%2Fedit$/,
  },
  "a state that was used": {
    back: async () => {
      await comeBack(await wayBack({ deny: true }), vera);
      const back = await wayBack({ deny: true });
      await comeBack(back, vera);
      return comeBack(back, vera);
    },
    says: /^That way back from Stripe was used already/,
  },
  "a state that is too old": {
    back: async () => {
      const back = await wayBack();
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10 * 60_000 + 1 });
      const answer = await comeBack(back, vera);
      vi.useRealTimers();
      return answer;
    },
    says: /^You were at Stripe for more than 10 minutes/,
  },
  "no code": {
    back: async () => comeBack(changed(await wayBack(), { code: undefined }), vera),
    says: /^Stripe sent you back with nothing/,
  },
  "a code that Stripe does not know": {
    back: async () => comeBack(changed(await wayBack(), { code: "ac_tampered" }), vera),
    says: /^Stripe did not take its own code/,
  },
  "a code that was used": {
    back: async () => {
      const back = await wayBack();
      const code = back.searchParams.get("code") ?? "";
      await stripeClient(space.stripeSecretKey).oauth.token({ grant_type: "authorization_code", code });
      return comeBack(back, vera);
    },
    says: /^Stripe did not take its own code/,
  },
  "a code of the other mode": {
    back: async () => {
      const redirectUri = "https://convene.example/stripe_account/callback";
      const page = locationOf(await pressConnect(space, vera));
      const state = page.searchParams.get("state") ?? "";
      const live = changed(page, {
        client_id: await aClientId(space, { livemode: true, redirectUri }),
        redirect_uri: redirectUri,
      });
      const back = await authorizeAtStripe(live, { name: "Bakery" });
      return comeBack(changed(back, { state }), vera);
    },
    says: /^Stripe did not take its own code.* of the other mode/,
  },
  "a client id of another platform": {
    back: async () => {
      const { client_id = "" } = await getUtility(space.space, space.utility);
      await saveClientId(space, await aClientId(await aSpace()));
      const answer = await comeBack(await wayBack(), vera);
      await saveClientId(space, client_id);
      return answer;
    },
    says: /^Stripe did not take its own code.* is not of this key's account/,
  },
  "the client id was changed meanwhile": {
    back: async () => {
      const back = await wayBack();
      await saveClientId(space, await aClientId(space));
      return comeBack(back, vera);
    },
    says: /^The Space's Stripe key or client id was changed/,
  },
  "the key was changed meanwhile to another account's": {
    back: async () => {
      const back = await wayBack();
      const other = await aSpace();
      const saveKey = async (api_token: string) => {
        const utility = await getUtility(space.space, space.utility);
        await updateUtility(utility, { api_token, version: utility.version }, "a test");
      };
      await saveKey(other.stripeSecretKey);
      const answer = await comeBack(back, vera);
      await saveKey(space.stripeSecretKey);
      return answer;
    },
    says: /^The Space's Stripe key or client id was changed/,
  },
  "Stripe refuses the key": {
    back: async () => {
      const back = await wayBack();
      const error = { type: "invalid_request_error", message: "Invalid API Key provided: sk_test_***" };
      return (await whileStripeSays(401, { error }, () => comeBack(back, vera))).result;
    },
    says: /^Stripe refuses this Space's key/,
  },
  "Stripe is down": {
    back: async () => {
      const back = await wayBack();
      await weather(space, { unavailable: 1, only: "/oauth/token" });
      return comeBack(back, vera);
    },
    says: /^Stripe did not answer/,
  },
  "Stripe takes longer than we wait": {
    back: async () => {
      const back = await wayBack();
      await weather(space, { slow_ms: 60_000, only: "/oauth/token" });
      const answer = await comeBack(back, vera);
      await weather(space, { slow_ms: 0 });
      return answer;
    },
    says: /^Stripe did not answer/,
  },
  "Stripe asks us to slow down": {
    back: async () => {
      const back = await wayBack();
      await weather(space, { rate_limit: 1, only: "/oauth/token" });
      return comeBack(back, vera);
    },
    says: /^Stripe asks us to slow down/,
  },
  "Stripe did it, and said that it did not": {
    back: async () => {
      const back = await wayBack();
      await weather(space, { error_after_success: 1, only: "/oauth/token" });
      return comeBack(back, vera);
    },
    says: /^Stripe did not answer/,
  },
  "Stripe answers with no account": {
    back: async () => {
      const back = await wayBack();
      return (await whileStripeSays(200, { livemode: false }, () => comeBack(back, vera))).result;
    },
    says: /^Stripe did not answer/,
  },
};

describe.each(Object.entries(failures))("%s", (_what, { back, says, to }) => {
  it("leads to a sentence, leaves the Marketplace as it was, and the button works again", async () => {
    const before = await marketplaceNow(space);
    const answer = await back();
    const { pathname, search } = locationOf(answer);
    expect(`${pathname}${search}`).toMatch(to ?? new RegExp(`^${editPath()}$`));
    const notice = await noticeOf(answer);
    expect(notice).toEqual({ trouble: expect.stringMatching(says) });
    expect(await marketplaceNow(space)).toEqual(before);
    expect(await noticeOf(await connectByOauth(space, vera))).toEqual({ text: "Stripe Connected!" });
  });
});

describe("who comes back without a state", () => {
  /** The browser in which the button was pressed, and how it comes back. */
  const denied = async (person: Person, change = {}) => {
    const pressed = await pressConnect(space, person);
    const back = await authorizeAtStripe(locationOf(pressed), { deny: true });
    const browser = { ...person, cookies: [...person.cookies, ...cookiesOf(pressed)] };
    return { browser, back: changed(back, { state: undefined, ...change }) };
  };

  it.each([
    [{}, /^Nothing was connected: access was denied at Stripe/],
    [{ error: "invalid_scope" }, /^Stripe refused to begin/],
    [{ error: undefined, code: "ac_4242" }, /^This is no connection that was begun here/],
    [{ state: "A".repeat(43) }, /^Nothing was connected: access was denied at Stripe/],
  ])("%j is led to the Marketplace where they were, and told why", async (change, says) => {
    const { browser, back } = await denied(vera, change);
    const answer = await comeBack(back, browser);
    expect(locationOf(answer).pathname).toBe(editPath());
    expect(await noticeOf(answer)).toEqual({ trouble: expect.stringMatching(says) });
    expect(await exchanges()).toBe(0);
  });

  it("has not used up the state that Stripe left out", async () => {
    const pressed = await pressConnect(space, vera);
    const back = await authorizeAtStripe(locationOf(pressed), { name: "Bakery" });
    const browser = { ...vera, cookies: [...vera.cookies, ...cookiesOf(pressed)] };
    await comeBack(changed(back, { state: undefined, code: undefined, error: "access_denied" }), browser);
    expect(await noticeOf(await comeBack(back, browser))).toEqual({ text: "Stripe Connected!" });
  });

  it.each([
    ["in another session of theirs", async () => signedIn(vera.email)],
    ["as somebody else", async () => member(space)],
    ["signed out", async () => ({ cookies: [] })],
  ])("is told nothing of it %s", async (_how, who) => {
    const { browser, back } = await denied(vera);
    const { cookies } = await who();
    const left = browser.cookies.filter((cookie) => !vera.cookies.includes(cookie));
    const answer = await comeBack(back, { cookies: [...cookies, ...left] });
    expect(locationOf(answer).pathname).toBe("/");
    expect((await noticeOf(answer))?.trouble).toMatch(/^This is no connection that was begun here/);
  });
});

it("lets go again of an account that was granted in the other mode", async () => {
  const back = await wayBack();
  const grant = { stripe_user_id: "acct_other", livemode: true };
  const { result, requests } = await whileStripeSays(200, grant, () => comeBack(back, vera));
  expect((await noticeOf(result))?.trouble).toMatch(/^The account was connected in the other mode/);
  expect(requests.map(({ url }) => url)).toEqual(["/oauth/token", "/oauth/deauthorize"]);
  expect((await marketplaceNow(space)).stripe_account).toBeUndefined();
});

it("leaves the Marketplace with the account that somebody else connected meanwhile, and lets go of the later one", async () => {
  const back = await wayBack({ name: "Late" });
  await connectByOauth(space, await member(space), { name: "Early" });
  const { stripe_account = "" } = await marketplaceNow(space);
  const answer = await comeBack(back, vera);
  expect((await noticeOf(answer))?.trouble).toMatch(
    /^Somebody connected this Marketplace to another account/,
  );
  expect((await marketplaceNow(space)).stripe_account).toBe(stripe_account);
  const { data } = await stripeClient(space.stripeSecretKey).accounts.list();
  expect(data.map(({ id }) => id)).toEqual([stripe_account]);
});

it("is as good for who comes back second with the same account", async () => {
  const dana = await member(space);
  await connectByOauth(space, dana, { name: "Bakery" }, { marketplace: space.second });
  const { stripe_account: account = "" } = await marketplaceNow(space, { marketplace: space.second });
  const hers = await authorizeAtStripe(locationOf(await pressConnect(space, dana)), { account });
  const his = await wayBack({ account });
  expect(await noticeOf(await comeBack(hers, dana))).toEqual({ text: "Stripe Connected!" });
  expect(await noticeOf(await comeBack(his, vera))).toEqual({ text: "Stripe Connected!" });
  expect(await placesOf(account)).toHaveLength(2);
});

it("keeps both tabs of one browser good until one of them connected", async () => {
  const [one, two] = [await wayBack({ deny: true }), await wayBack()];
  await comeBack(one, vera);
  expect(await noticeOf(await comeBack(two, vera))).toEqual({ text: "Stripe Connected!" });
});

it("is nothing to who represents the Vendor no more", async () => {
  const back = await wayBack();
  await removeRepresentative(placeOf(space), vera.email, "a test");
  const answer = await comeBack(back, vera);
  expect(answer.statusCode).toBe(404);
  expect(answer.body).toContain(vera.email);
  expect(await exchanges()).toBe(0);
});

it.each(["/v1/accounts", "/v1/webhook_endpoints"])("connects even where %s does not answer", async (only) => {
  const back = await wayBack();
  await weather(space, { unavailable: 10, only });
  const answer = await comeBack(back, vera);
  await weather(space, { unavailable: 0 });
  expect(await noticeOf(answer)).toMatchObject({ text: "Stripe Connected!" });
  expect((await marketplaceNow(space)).stripe_account).toMatch(/^acct_/);
});

it("says 409 to who connects what is connected, and keeps it", async () => {
  await connectByOauth(space, vera);
  const { stripe_account } = await marketplaceNow(space);
  const answer = await pressConnect(space, vera);
  expect(answer.statusCode).toBe(409);
  expect(answer.body).toContain(`is connected to ${stripe_account} already`);
});

it("writes no code, state or error_description into a log, a page or an address of ours", async () => {
  const denied = changed(await wayBack({ deny: true }), { error_description: "SECRET-DESCRIPTION" });
  const foreign = changed(await wayBack(), { code: "ac_SECRETCODE" });
  const signedOut = await wayBack();
  const answers = [
    await comeBack(denied, vera),
    await comeBack(foreign, vera),
    await comeBack(signedOut, { cookies: [] }),
    await comeBack(signedOut, { cookies: vera.cookies.map((cookie) => `${cookie}x`) }),
  ];
  const told = JSON.stringify([answers.map(({ headers, body }) => [headers, body]), logged]);
  const secrets = [denied, foreign, signedOut].flatMap(({ searchParams }) => [
    searchParams.get("state"),
    searchParams.get("code"),
    searchParams.get("error_description"),
  ]);
  expect(logged.length).toBeGreaterThan(0);
  for (const secret of secrets.flatMap((value) => value ?? [])) expect(told).not.toContain(secret);
});

it("takes an address that signs in anew for the same person, and not for who has it by another issuer", async () => {
  const email = anEmail();
  const back = await wayBack();
  expect((await noticeOf(await comeBack(back, await signedIn(email))))?.trouble).toMatch(/somebody else/);
});

import { beforeEach, describe, expect, inject, it } from "vitest";
import { handler as checkNow } from "../../../functions/checks/create.ts";
import { handler as connect } from "../../../functions/stripe_account/create.ts";
import type { Answer } from "../../../lib/http/request.ts";
import { readCookie } from "../../../lib/session/cookies.ts";
import { noticeCookie } from "../../../lib/session/notice.ts";
import { stripeClient } from "../../../lib/stripe_client.ts";
import { marketplacePath } from "../../../lib/urls.ts";
import { saveApiToken } from "../../support/api_tokens.ts";
import { placeOf } from "../../support/checkouts.ts";
import {
  arrive,
  connectByOauth,
  connectByOnboarding,
  cookiesOf,
  locationOf,
  marketplaceNow,
  onboardAtStripe,
  pressConnect,
  saveClientId,
  withOauth,
} from "../../support/connection.ts";
import { aForm, aVisit } from "../../support/forms.ts";
import { editMarketplace as edit } from "../../support/marketplace_pages.ts";
import { weather } from "../../support/orders.ts";
import { member, type Person, representative } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { deauthorizeAtStripe, requestsTo, turn } from "../../support/simulator.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { aStripeKey } from "../../support/stripe_keys.ts";

let space: TestSpace;
let vera: Person;
beforeEach(async () => {
  space = await aSpace({ connected: false });
  vera = await representative(space);
});

const noticeOf = (answer: Answer) =>
  readCookie({ ...aRequest({}), cookies: cookiesOf(answer) }, noticeCookie);

const accountsAtStripe = async () =>
  (await stripeClient(space.stripeSecretKey).accounts.list()).data.map(({ id }) => id);

const pressCheck = async () => {
  expect(await checkNow(aForm(vera, placeOf(space), {}))).toMatchObject({ statusCode: 303 });
};

/** The Marketplace's page after `Check now`. */
const pageChecked = async (): Promise<Answer> => {
  await pressCheck();
  return await edit(aVisit(vera, placeOf(space)));
};

/** What a page says is wrong, at its top. */
const troubleOn = ({ body = "" }: Answer) => /class="trouble" role="alert">([^<]+)</.exec(body)?.[1];

describe("in live mode, where this service is at an http address", () => {
  it.each<[road: string, withClientId: boolean]>([
    ["onboarding", false],
    ["OAuth", true],
  ])("is refused before Stripe is asked for anything, by %s", async (_road, withClientId) => {
    const { key } = await aStripeKey({ mode: "live" });
    await saveApiToken(space.space, key, space.utility);
    if (withClientId) await saveClientId(space, `ca_${"l".repeat(24)}`);
    const answer = await pressConnect(space, vera);
    expect(answer.statusCode).toBe(409);
    expect(troubleOn(answer)).toMatch(/^In live mode Stripe leads people back to an https address only/);
    expect((await stripeClient(key).accounts.list()).data).toEqual([]);
    expect(await marketplaceNow(space)).not.toHaveProperty("onboarding_account");
  });

  it("is refused to who comes back for another link, too", async () => {
    const { key } = await aStripeKey({ mode: "live" });
    await saveApiToken(space.space, key, space.utility);
    const back = new URL(
      `http://convene.invalid:3000${marketplacePath(placeOf(space))}/stripe_account/refresh`,
    );
    expect((await noticeOf(await arrive(back, space, vera)))?.trouble).toMatch(/^In live mode/);
    expect((await stripeClient(key).accounts.list()).data).toEqual([]);
  });
});

describe("the whole way", () => {
  it("connects the one account that was made for the Marketplace", async () => {
    expect(await noticeOf(await connectByOnboarding(space, vera))).toEqual({ text: "Stripe Connected!" });
    const { stripe_account, onboarding_account, stripe_account_facts } = await marketplaceNow(space);
    expect(await accountsAtStripe()).toEqual([stripe_account]);
    expect(onboarding_account).toBeUndefined();
    expect(stripe_account_facts).toMatchObject({ made_by_us: true, transfers: "active" });
  });

  it("goes on with the same account where the Vendor left off", async () => {
    const left = await connectByOnboarding(space, vera, "later");
    expect((await noticeOf(left))?.trouble).toMatch(/^Stripe still wants details/);
    const { onboarding_account, stripe_account } = await marketplaceNow(space);
    expect(stripe_account).toBeUndefined();
    expect(await noticeOf(await connectByOnboarding(space, vera))).toEqual({ text: "Stripe Connected!" });
    expect((await marketplaceNow(space)).stripe_account).toBe(onboarding_account);
    expect(await accountsAtStripe()).toEqual([onboarding_account]);
  });

  it("has another link for who comes with one that was used", async () => {
    const page = locationOf(await pressConnect(space, vera));
    await fetch(page); // its one visit
    const back = await onboardAtStripe(page, "complete");
    expect(back.pathname).toMatch(/\/stripe_account\/refresh$/);
    const another = locationOf(await arrive(back, space, vera));
    expect(another.href).not.toBe(page.href);
    const answer = await arrive(await onboardAtStripe(another, "complete"), space, vera);
    expect(await noticeOf(answer)).toEqual({ text: "Stripe Connected!" });
  });

  it("makes one account, however many press the button at once", async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => pressConnect(space, vera)));
    for (const answer of answers.filter(({ statusCode }) => statusCode !== 303))
      expect(answer).toMatchObject({ statusCode: expect.toBeOneOf([409, 503]) });
    expect(await noticeOf(await connectByOnboarding(space, vera))).toEqual({ text: "Stripe Connected!" });
    expect(await accountsAtStripe()).toHaveLength(1);
  });

  it("ends well for a Vendor who closed the window, when somebody presses `Check now` later", async () => {
    await onboardAtStripe(locationOf(await pressConnect(space, vera)), "complete");
    await pressCheck();
    expect((await marketplaceNow(space)).stripe_account).toMatch(/^acct_/);
  });

  it("proves nothing by coming back", async () => {
    await pressConnect(space, vera);
    const address = new URL("http://convene.invalid:3000/return");
    expect((await noticeOf(await arrive(address, space, vera)))?.trouble).toMatch(/^Stripe still wants/);
    const [other] = [await aSpace({ connected: false })];
    const nobody = await arrive(address, other, await representative(other));
    expect((await noticeOf(nobody))?.trouble).toMatch(/^There is no onboarding under way/);
  });

  it("makes a new account where the old one was let go at Stripe", async () => {
    await connectByOnboarding(space, vera, "later");
    const { onboarding_account = "" } = await marketplaceNow(space);
    await deauthorizeAtStripe(space, onboarding_account);
    expect(await noticeOf(await connectByOnboarding(space, vera))).toEqual({ text: "Stripe Connected!" });
    expect((await marketplaceNow(space)).stripe_account).not.toBe(onboarding_account);
  });
});

describe.each(["/v1/accounts", "/v1/account_links"])("where Stripe fails at %s", (only) => {
  it.each([
    ["unavailable", "Stripe does not answer."],
    ["rate_limit", "Stripe asks us to slow down."],
    ["error_after_success", "Stripe does not answer."],
  ])(
    "with %s, the page says so, nothing is half connected, and the button works again",
    async (trouble, says) => {
      await weather(space, { [trouble]: 2, only });
      const answer = await pressConnect(space, vera);
      await weather(space, { [trouble]: 0 });
      if (answer.statusCode !== 303) {
        expect(answer.statusCode).toBe(503);
        expect(troubleOn(answer)).toContain(says);
      }
      expect((await marketplaceNow(space)).stripe_account).toBeUndefined();
      expect(await noticeOf(await connectByOnboarding(space, vera))).toEqual({ text: "Stripe Connected!" });
      // What was made without our hearing of it is found, and not made again.
      expect(await accountsAtStripe()).toHaveLength(1);
    },
  );
});

it("lands on the page with a sentence where Stripe fails on the way back, and coming back again works", async () => {
  const back = await onboardAtStripe(locationOf(await pressConnect(space, vera)), "complete");
  await weather(space, { unavailable: 2, only: "/v1/accounts" });
  expect((await noticeOf(await arrive(back, space, vera)))?.trouble).toMatch(/^Stripe does not answer/);
  expect(await noticeOf(await arrive(back, space, vera))).toEqual({ text: "Stripe Connected!" });
});

it("shows again what Stripe made of the account meanwhile", async () => {
  await connectByOnboarding(space, vera);
  const { stripe_account = "" } = await marketplaceNow(space);
  await turn(space, stripe_account, "restrict");
  const { body } = await pageChecked();
  expect(body).toContain("Connected, restricted");
  expect(body).toContain("identity document");
});

it("shows what it knew where Stripe does not say", async () => {
  await connectByOnboarding(space, vera);
  await weather(space, { unavailable: 20 });
  expect((await pageChecked()).body).toContain("Connected, can be paid");
});

describe("an account of which Stripe wants more", () => {
  const GO_ON = "Go on at Stripe";
  const pageLater = async () => (await pageChecked()).body ?? "";
  /** With what the checks came to, which a representative does not see. */
  const membersPage = async () => (await edit(aVisit(await member(space), placeOf(space)))).body ?? "";

  it("is gone on with at Stripe from the page, which says by when, until Stripe has it", async () => {
    const connected = await connectByOnboarding(space, vera, "want_more");
    expect(await noticeOf(connected)).toEqual({
      text: "Stripe Connected! What Stripe still wants of this account stands below.",
    });
    const { stripe_account, stripe_account_facts: facts } = await marketplaceNow(space);
    const by = new Date((facts?.current_deadline ?? 0) * 1000).toISOString().slice(0, 10);
    const body = await pageLater();
    expect(body).toContain(`<button>${GO_ON}</button>`);
    expect(body).toMatch(
      new RegExp(`What Stripe still wants by <time[^>]*>${by}.*the owner's identity document`, "s"),
    );
    const wants = `Stripe wants of ${stripe_account} by ${by}: the owner's identity document.`;
    expect([body.includes(wants), (await membersPage()).includes(wants)]).toEqual([false, true]);
    const page = locationOf(await pressConnect(space, vera));
    expect(page.pathname).toContain(`/setup/s/${stripe_account}/`);
    const back = await onboardAtStripe(page, "complete");
    expect(await noticeOf(await arrive(back, space, vera))).toEqual({ text: "Stripe Connected!" });
    expect((await edit(aVisit(vera, placeOf(space)))).body).not.toContain(GO_ON);
    expect(await accountsAtStripe()).toEqual([stripe_account]);
    expect(await pressConnect(space, vera)).toMatchObject({ statusCode: 409 });
  });

  it("has another link for who comes with one that was used", async () => {
    await connectByOnboarding(space, vera, "want_more");
    const page = locationOf(await pressConnect(space, vera));
    await fetch(page); // its one visit
    const another = locationOf(await arrive(await onboardAtStripe(page, "complete"), space, vera));
    expect(another.pathname).toContain("/setup/s/acct_");
    expect(another.href).not.toBe(page.href);
  });

  it("is restricted, and gone on with all the same", async () => {
    await connectByOnboarding(space, vera);
    const { stripe_account = "" } = await marketplaceNow(space);
    await turn(space, stripe_account, "restrict");
    const body = await pageLater();
    expect(body).toContain(`<button>${GO_ON}</button>`);
    const members = await membersPage();
    expect(members).toContain(`Press <strong>${GO_ON}</strong> above.`);
    expect(members).not.toContain("`");
    expect(members).toContain(`Stripe wants of ${stripe_account}: the owner's identity document (overdue).`);
    expect(locationOf(await pressConnect(space, vera)).pathname).toContain(`/setup/s/${stripe_account}/`);
  });

  it("that is the Vendor's own is gone on with in their dashboard", async () => {
    await withOauth(space);
    await connectByOauth(space, vera);
    const { stripe_account = "" } = await marketplaceNow(space);
    await turn(space, stripe_account, "restrict");
    const body = await pageLater();
    expect(body).not.toContain(GO_ON);
    expect(body).toContain(
      `Give Stripe what is missing in your <a href="${inject("simulatorUrl")}">Stripe dashboard</a>.`,
    );
    expect(await pressConnect(space, vera)).toMatchObject({ statusCode: 409 });
  });
});

it("says once that there is no key, to who comes with an old page, and leads to where one is saved", async () => {
  const dana = await member(space);
  await saveApiToken(space.space, undefined, space.utility);
  const answer = await pressConnect(space, dana);
  expect(answer.statusCode).toBe(409);
  expect(troubleOn(answer)).toContain("This Space has no Stripe key yet.");
  expect(answer.body?.match(/This Space has no Stripe key yet/g)).toHaveLength(1);
  const keyPage = `/spaces/${space.space}/utilities/${space.utility}/edit`;
  expect(answer.body).toContain(`<a href="${keyPage}">Save a Stripe key first</a>`);
});

describe("a program", () => {
  it("cannot connect: it takes a person", async () => {
    const request = aRequest({ method: "POST", path: placeOf(space), headers: bearer(space.apiKey) });
    expect(answerOf(await connect(request))).toMatchObject({
      status: 403,
      body: { error: { code: "person_needed" } },
    });
    expect(await requestsTo(space, "/v1/accounts")).toEqual([]);
  });

  it("of a person in a session is told where to go on", async () => {
    const request = aRequest({
      method: "POST",
      path: placeOf(space),
      headers: { origin: "http://convene.invalid:3000", "x-csrf-token": vera.csrf },
    });
    const { status, body } = answerOf(await connect({ ...request, cookies: vera.cookies }));
    expect([status, body]).toEqual([200, { url: expect.stringContaining("/setup/s/acct_") }]);
  });
});

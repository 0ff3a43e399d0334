import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { handler } from "../../../functions/utilities/edit.ts";
import { handler as update } from "../../../functions/utilities/update.ts";
import { createUtility } from "../../../lib/utilities/create_utility.ts";
import { aForm, aVisit } from "../../support/forms.ts";
import { member, representative, sentBack } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aNewSpace, aSpace, type TestSpace } from "../../support/spaces.ts";
import { aStripeKey } from "../../support/stripe_keys.ts";
import { utilityItem } from "../../support/utilities.ts";

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
});

const path = () => ({ space: space.space, utility: space.utility });

describe("a program", () => {
  it("reads a Utility, its key masked", async () => {
    const answer = await handler(aRequest({ path: path(), headers: bearer(space.apiKey) }));
    expect(answerOf(answer)).toEqual({
      status: 200,
      body: {
        ...path(),
        name: "Stripe",
        api_token: `sk_test_…${space.stripeSecretKey.slice(-4)}`,
        stripe_platform_account: space.stripeAccount,
        stripe_platform_account_name: "A Space",
        livemode: false,
        client_id: null,
        version: 0,
        stripe_webhook_endpoint: [false, true].map((connect) => ({
          id: expect.stringMatching(/^we_/),
          connect,
          secret: expect.stringMatching(/^whsec_….{4}$/u),
          registered_at: expect.stringMatching(/^20/),
          replaces: null,
          retired_at: null,
        })),
      },
    });
  });

  it.each([
    ["another Space's Utility", (other: TestSpace) => ({ utility: other.utility })],
    ["another Space", (other: TestSpace) => ({ space: other.space, utility: other.utility })],
    ["a Utility that is not there", () => ({ utility: randomUUID() })],
  ])("finds nothing at %s", async (_what, wrong) => {
    const elsewhere = { ...path(), ...wrong(await aSpace()) };
    const answer = await handler(aRequest({ path: elsewhere, headers: bearer(space.apiKey) }));
    expect(answerOf(answer)).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
  });
});

describe("a member", () => {
  it("sees which key it is, of which account and mode, and never the key nor what it is sealed as", async () => {
    const { statusCode, body } = await handler(aVisit(await member(space), path()));
    expect(statusCode).toBe(200);
    expect(body).toContain(`<code>sk_test_…${space.stripeSecretKey.slice(-4)}</code>`);
    expect(body).toMatch(new RegExp(`A Space <code[^>]*>${space.stripeAccount}</code>`));
    expect(body).toContain('<dt>Mode</dt><dd><strong class="pill soft">Test</strong></dd>');
    expect(body).not.toContain(space.stripeSecretKey.slice(0, -4));
    expect(body).not.toContain(String((await utilityItem(space)).api_token));
    expect(body).toMatch(/<input(?=[^>]*name="api_token")(?=[^>]*value(?:=""| ))[^>]*>/);
  });

  it("is told once, after saving, that the key works, of which account and in which mode", async () => {
    const anew = await aNewSpace();
    const [somebody, { key, account }] = [
      await member(anew),
      await aStripeKey({ mode: "live", name: "Zinc" }),
    ];
    const utility = await createUtility(anew.space, { utility_name: "Live" }, "a test");
    const there = { space: anew.space, utility };
    const saved = await update(aForm(somebody, there, { api_token: key, version: "0" }));
    const cookies = (saved.cookies ?? []).map(sentBack);
    const shown = await handler(aVisit(somebody, there, cookies));
    expect(shown.body).toContain(`The key works: it is of Zinc (${account}), in live mode.`);
    expect(shown.body).toContain('<dt>Mode</dt><dd><strong class="pill good">Live</strong></dd>');
    expect(shown.cookies).toEqual([expect.stringMatching(/^notice=; Max-Age=0/)]);
    expect(saved.cookies?.join()).not.toContain(key);
    expect((await handler(aVisit(somebody, there))).body).not.toContain("The key works");
  });

  it("is told that there is no key yet", async () => {
    const anew = await aNewSpace();
    const utility = await createUtility(anew.space, { utility_name: "New" }, "a test");
    const { body } = await handler(aVisit(await member(anew), { space: anew.space, utility }));
    expect(body).toContain("There is no key yet.");
  });
});

it("a Vendor's representative finds no Utility", async () => {
  expect(await handler(aVisit(await representative(space), path()))).toMatchObject({ statusCode: 404 });
});

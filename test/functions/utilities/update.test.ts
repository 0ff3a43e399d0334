import { randomBytes, randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { handler } from "../../../functions/utilities/update.ts";
import { configuration } from "../../../lib/configuration.ts";
import { getUtility } from "../../../lib/utilities/get_utility.ts";
import { cachedPlatform } from "../../../lib/utilities/platform.ts";
import { anApiToken } from "../../support/api_tokens.ts";
import { aForm } from "../../support/forms.ts";
import { anOrderLeftOpen } from "../../support/orders.ts";
import { member, type Person } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { aStripeKey, NEEDED_PERMISSIONS, weatherFor } from "../../support/stripe_keys.ts";
import { savedKey, utilityItem } from "../../support/utilities.ts";

let space: TestSpace;
let dana: Person;
beforeEach(async () => {
  space = await aSpace({ connected: false });
  dana = await member(space);
});

const pathOf = ({ space: name, utility }: TestSpace) => ({ space: name, utility });

const sendText = async (body: string, path = pathOf(space)) =>
  await handler({
    ...aRequest({
      method: "POST",
      path,
      headers: { "x-csrf-token": dana.csrf, origin: new URL(configuration.baseUrl).origin },
      body,
    }),
    cookies: dana.cookies,
  });
const send = (body: unknown, path = pathOf(space)) => sendText(JSON.stringify(body), path);

it.each([
  ["manages", (): string => space.apiKey],
  ["sells", (): string => space.sellKey],
])("takes a person: an API key that %s saves nothing", async (_may, apiKey) => {
  const { key } = await aStripeKey();
  for (const body of [
    { api_token: key, version: 0 },
    { name: "Theirs", version: 0 },
  ]) {
    const request = {
      method: "POST",
      path: pathOf(space),
      headers: bearer(apiKey()),
      body: JSON.stringify(body),
    };
    expect(answerOf(await handler(aRequest(request)))).toMatchObject({
      status: 403,
      body: { error: { code: "person_needed" } },
    });
  }
  expect(await savedKey(space)).toBe(space.stripeSecretKey);
});

describe("a program, in a person's session", () => {
  it("saves a key, and is told whose it is and in which mode, never the key", async () => {
    const { key, account, name } = await aStripeKey({ mode: "live" });
    const answer = await send({ api_token: ` ${key}\n`, version: 0 });
    expect(answerOf(answer)).toEqual({
      status: 200,
      body: {
        space: space.space,
        utility: space.utility,
        name: "Stripe",
        api_token: `sk_live_…${key.slice(-4)}`,
        stripe_platform_account: account,
        stripe_platform_account_name: name,
        livemode: true,
        client_id: null,
        version: 1,
      },
    });
    expect(answer.body).not.toContain(key.slice(0, -4));
    expect(await savedKey(space)).toBe(key);
    expect(JSON.stringify(await utilityItem(space))).not.toContain(key.slice(0, -4));
  });

  it("saves a restricted key that may do what is needed", async () => {
    const { key, account } = await aStripeKey({ permissions: NEEDED_PERMISSIONS });
    expect(answerOf(await send({ api_token: key, version: 0 }))).toMatchObject({
      status: 200,
      body: { api_token: `rk_test_…${key.slice(-4)}`, stripe_platform_account: account },
    });
  });

  it("is told at once all that a restricted key lacks", async () => {
    const { key } = await aStripeKey({
      permissions: ["accounts_kyc_basic_read", "charge_read", "webhook_read"],
    });
    expect(answerOf(await send({ api_token: key, version: 0 }))).toEqual({
      status: 400,
      body: {
        error: {
          code: "invalid_field",
          message:
            "api_token: This restricted key lacks Checkout Sessions: Write, PaymentIntents: Read, Charges and Refunds: Write, Disputes: Read, Balance: Read, Balance Transaction Sources: Read, Transfers: Write, Events: Read, Webhook Endpoints: Write, Accounts (Connect): Read, Account Links (Connect): Write.",
        },
      },
    });
  });

  it.each([
    ["a publishable key", "pk_test_51MzqZ8EkXwCz8vA", /^api_token: This is a publishable key/],
    ["a webhook secret", "whsec_5f2a9c0b7d3e4242", /^api_token: This is a webhook signing secret/],
    ["a client id", "ca_FkyHCg7X8mlvCUdM", /^api_token: This is a Connect client id/],
    ["an account's id", "acct_1032D82eZvKYlo2C", /^api_token: This is an account's id/],
    ["a masked key", "sk_test_…4242", /^api_token: This is how it is shown/],
    ["two keys", `${anApiToken()}\n${anApiToken()}`, /^api_token: There are spaces in it/],
    ["half a key", "sk_test_51Mzq", /^api_token: This is only the beginning/],
    ["a key that Stripe does not know", anApiToken(), /^api_token: Stripe does not know this key/],
  ])("is told what is wrong with %s, and the old key stays", async (_what, api_token, message) => {
    expect(answerOf(await send({ api_token, name: "Other", version: 0 }))).toMatchObject({
      status: 400,
      body: { error: { code: "invalid_field", message: expect.stringMatching(message) } },
    });
    expect(await getUtility(space.space, space.utility)).toMatchObject({ name: "Stripe", version: 0 });
    expect(await savedKey(space)).toBe(space.stripeSecretKey);
  });

  it.each([
    ["is away", { unavailable: 2 }],
    ["limits the rate", { rate_limit: 2 }],
  ])(
    "is told that Stripe %s, the old key stays, and the same request succeeds later",
    async (_what, facts) => {
      const made = await aStripeKey();
      await weatherFor(made, facts);
      const body = { api_token: made.key, version: 0 };
      expect(answerOf(await send(body))).toMatchObject({
        body: { error: { message: expect.stringMatching(/The one that was saved is still there/) } },
      });
      expect(await savedKey(space)).toBe(space.stripeSecretKey);
      await weatherFor(made, { unavailable: 0, rate_limit: 0 });
      expect(answerOf(await send(body))).toMatchObject({ status: 200 });
      expect(await savedKey(space)).toBe(made.key);
    },
  );

  it("sets, keeps and removes the Connect client id", async () => {
    const client_id = "ca_FkyHCg7X8mlvCUdM";
    expect(answerOf(await send({ client_id, version: 0 })).body).toMatchObject({ client_id, version: 1 });
    expect(answerOf(await send({ name: "Ours", version: 1 })).body).toMatchObject({
      client_id,
      name: "Ours",
    });
    expect(answerOf(await send({ client_id: "", version: 2 })).body).toMatchObject({ client_id: null });
  });

  it("is told that a client id is none", async () => {
    expect(answerOf(await send({ client_id: "ca_1", version: 0 }))).toMatchObject({
      status: 400,
      body: {
        error: {
          message:
            "client_id: A Connect client id begins with `ca_`. Find it at Stripe under Settings → Connect → OAuth.",
        },
      },
    });
  });

  it("of two at once one wins, and the other is told", async () => {
    const keys = [await aStripeKey(), await aStripeKey()];
    const answers = await Promise.all(keys.map(({ key }) => send({ api_token: key, version: 0 })));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
    const winner = keys[answers.findIndex(({ statusCode }) => statusCode === 200)];
    expect(await savedKey(space)).toBe(winner?.key);
    const loser = answers.find(({ statusCode }) => statusCode === 409);
    expect(answerOf(loser ?? {}).body.error).toMatchObject({ code: "changed_meanwhile" });
  });

  it("speaks to Stripe with the new key from then on", async () => {
    await cachedPlatform(space.space);
    const { key, account } = await aStripeKey();
    await send({ api_token: key, version: 0 });
    const { stripe } = await cachedPlatform(space.space);
    expect((await stripe.accounts.retrieveCurrent()).id).toBe(account);
  });

  it.each([
    ["another Space's Utility", (other: TestSpace) => ({ utility: other.utility })],
    ["another Space", (other: TestSpace) => pathOf(other)],
    ["a Utility that is not there", () => ({ utility: randomUUID() })],
    ["no UUID", () => ({ utility: "stripe" })],
  ])("finds nothing to change at %s", async (_what, wrong) => {
    const other = await aSpace();
    const before = await utilityItem(other);
    const { key } = await aStripeKey();
    const path = { ...pathOf(space), ...wrong(other) };
    expect(answerOf(await send({ api_token: key, name: "Theirs", version: 0 }, path))).toMatchObject({
      status: 404,
      body: { error: { code: "not_found" } },
    });
    expect(await utilityItem(other)).toEqual(before);
  });

  it.each([
    ["no JSON", "api_token=sk_test_1"],
    ["a list", "[]"],
    ["nothing", ""],
  ])("may not send %s", async (_what, body) => {
    expect(await sendText(body)).toMatchObject({ statusCode: 400 });
  });
});

describe("a member", () => {
  const submit = async (values: Record<string, string>, headers = {}) =>
    await handler(
      aForm(await member(space), pathOf(space), { name: "Stripe", client_id: "", ...values }, headers),
    );

  it("saves a key by the form, and is sent back to the page", async () => {
    const { key } = await aStripeKey();
    expect(await submit({ api_token: `  ${key} `, version: "0" })).toMatchObject({
      statusCode: 303,
      headers: { location: `/spaces/${space.space}/utilities/${space.utility}/edit` },
    });
    expect(await savedKey(space)).toBe(key);
  });

  it("sees at the field what is wrong, keeps what was typed beside it, and the key is not repeated", async () => {
    const key = `pk_test_${randomBytes(24).toString("hex")}`;
    const { statusCode, body } = await submit({ name: "Our <b>Stripe</b>", api_token: key, version: "0" });
    expect(statusCode).toBe(400);
    expect(body).toMatch(/id="api_token-wrong"[^>]*>This is a publishable key\./);
    expect(body).toContain('value="Our &lt;b>Stripe&lt;/b>"');
    expect(body).not.toContain(key);
    expect(body).not.toContain("<b>Stripe");
  });

  it("confirms at the form what a key of another account would leave open", async () => {
    ({ space } = await anOrderLeftOpen());
    dana = await member(space);
    const { key } = await aStripeKey();
    const asked = await submit({ api_token: key, version: "0" });
    expect(asked.statusCode).toBe(409);
    expect(asked.body).toMatch(/id="confirm_orders_open-wrong" role="alert">This key is of another account/);
    expect(asked.body).toContain('<input type="checkbox" name="confirm_orders_open" value="true"');
    expect(asked.body).not.toContain(key);
    expect(answerOf(await send({ api_token: key, version: 0 })).body.error.code).toBe("orders_open");
    const saved = await submit({ api_token: key, version: "0", confirm_orders_open: "true" });
    expect(saved.statusCode).toBe(303);
    expect(await savedKey(space)).toBe(key);
  });

  it("sees each wrong field named", async () => {
    const { body } = await submit({ name: " ", api_token: "whsec_1", client_id: "x", version: "0" });
    for (const field of ["name", "api_token", "client_id"]) expect(body).toContain(`id="${field}-wrong"`);
  });

  it("is told when somebody else saved first, and nothing is overwritten", async () => {
    await send({ name: "Theirs", version: 0 });
    const { statusCode, body } = await submit({ name: "Mine", api_token: "", version: "0" });
    expect(statusCode).toBe(409);
    expect(body).toContain("Somebody else saved this meanwhile.");
    expect(await getUtility(space.space, space.utility)).toMatchObject({ name: "Theirs", version: 1 });
  });

  it.each([
    ["a forged token", { csrf: "x".repeat(43) }, {}],
    ["an old session's token", { csrf: randomBytes(32).toString("base64url") }, {}],
    ["no token", { csrf: "" }, {}],
    ["another site's page", {}, { origin: "https://evil.example" }],
  ])("changes nothing by %s", async (_what, values, headers) => {
    const { key } = await aStripeKey();
    expect(await submit({ api_token: key, version: "0", ...values }, headers)).toMatchObject({
      statusCode: 403,
    });
    expect(await savedKey(space)).toBe(space.stripeSecretKey);
  });

  it("of another Space finds nothing here", async () => {
    const somebody = await member(await aSpace());
    const { key } = await aStripeKey();
    const request = aForm(somebody, pathOf(space), { api_token: key, version: "0" });
    expect(await handler(request)).toMatchObject({ statusCode: 404 });
    expect(await savedKey(space)).toBe(space.stripeSecretKey);
  });
});

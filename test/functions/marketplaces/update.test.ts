import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { handler } from "../../../functions/marketplaces/update.ts";
import { addRepresentative, representativesOf } from "../../../lib/members/change_representatives.ts";
import { keepsToItsSpace } from "../../support/access.ts";
import { checkOut, placeOf } from "../../support/checkouts.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { aForm } from "../../support/forms.ts";
import { editMarketplace as edit } from "../../support/marketplace_pages.ts";
import { weather } from "../../support/orders.ts";
import { anEmail, member } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { aVendorAtStripe } from "../../support/vendors.ts";

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
});

const request = (body?: unknown) =>
  aRequest({
    method: "POST",
    path: placeOf(space),
    headers: bearer(space.apiKey),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

const shown = async () => answerOf(await edit(request())).body;

describe("who may change a Marketplace's settings", () => {
  keepsToItsSpace(handler, {
    method: "POST",
    body: JSON.stringify({ stripe_webhook_endpoint_secret: [] }),
  });
});

it.each(["add_representative", "remove_representative"])(
  "takes a person for %s: an API key lets nobody in or out",
  async (field) => {
    const email = anEmail();
    if (field === "remove_representative") await addRepresentative(placeOf(space), email, "a test");
    const before = await representativesOf(placeOf(space));
    expect(answerOf(await handler(request({ [field]: email })))).toMatchObject({
      status: 403,
      body: { error: { code: "person_needed" } },
    });
    const both = { [field]: email, add_webhook_secret: `whsec_${randomBytes(16).toString("hex")}` };
    const { stripe_webhook_endpoint_secret: secrets } = await shown();
    expect(await handler(request(both))).toMatchObject({ statusCode: 403 });
    expect(await shown()).toMatchObject({ stripe_webhook_endpoint_secret: secrets });
    expect(await representativesOf(placeOf(space))).toEqual(before);
    expect(await handler(aForm(await member(space), placeOf(space), { [field]: email }))).toMatchObject({
      statusCode: 303,
    });
  },
);

it("adds a secret beside the one that is named by its masked form, and shows neither", async () => {
  const before = await shown();
  const added = `whsec_${randomBytes(16).toString("hex")}`;
  const [present] = before.stripe_webhook_endpoint_secret;
  const answer = await handler(request({ stripe_webhook_endpoint_secret: [added, present] }));
  const masked = [`whsec_…${added.slice(-4)}`, present];
  const { representatives, last_event, webhook_secrets, doctor: _, checked_at: __, ...settings } = before;
  expect(answerOf(answer)).toEqual({
    status: 200,
    body: { ...settings, stripe_webhook_endpoint_secret: masked },
  });
  expect(await shown()).toMatchObject({
    ...answerOf(answer).body,
    representatives,
    last_event,
    webhook_secrets: masked.map((secret) => ({ secret, last_verified_at: null })),
  });
  expect(webhook_secrets).toEqual([{ secret: present, last_verified_at: null }]);
  for (const secret of [added, space.first.webhookSecret]) {
    expect(answer.body).not.toContain(secret.slice(0, -4));
    expect(await deliver(space, anEvent().body, secret)).toMatchObject({ statusCode: 200 });
  }
});

it.each([
  [[], /^body: must be an object$/],
  [null, /^body: must be an object$/],
  [{ stripe_webhook_endpoint_secret: "whsec_1" }, /^stripe_webhook_endpoint_secret: must be a list/],
  [
    { stripe_webhook_endpoint_secret: ["sk_test_4242"] },
    /^stripe_webhook_endpoint_secret\[0\]: This is a secret key/,
  ],
  [{ stripe_webhook_endpoint_secret: ["whsec_…zzzz"] }, /^stripe_webhook_endpoint_secret: .* is not one of/],
  [
    { stripe_webhook_endpoint_secret: Array.from({ length: 6 }, (_, n) => `whsec_${"0".repeat(16)}${n}`) },
    /^stripe_webhook_endpoint_secret: must be one of at most 5/,
  ],
  [
    { stripe_webhook_endpoint_secret: [], stripe_account: "acct_1" },
    /^stripe_account: must be sent by itself$/,
  ],
  [{ stripe_account: "acct_" }, /^stripe_account: must be an account of Stripe's, `acct_…`$/],
  [{ stripe_account: "STRIPE_ACCOUNT#acct_1" }, /^stripe_account: must be an account of Stripe's/],
  [{ stripe_account: 1 }, /^stripe_account: must be a text$/],
  [{ stripe_account_facts: {} }, /^stripe_account_facts: is no field here$/],
])("refuses %j by its field, and changes nothing", async (body, message) => {
  const before = await shown();
  expect(answerOf(await handler(request(body)))).toEqual({
    status: 400,
    body: { error: { code: "invalid_field", message: expect.stringMatching(message) } },
  });
  expect(await shown()).toEqual(before);
});

describe("an account that is connected to the Space's platform already", () => {
  const adopt = async (stripe_account: string) => answerOf(await handler(request({ stripe_account })));

  it("is carried over, and shown with how it stands", async () => {
    space = await aSpace({ connected: false });
    const stripe_account = await aVendorAtStripe(space);
    const answer = await adopt(stripe_account);
    expect(answer).toMatchObject({
      status: 200,
      body: { stripe_account, connection: { status: "can_be_paid" } },
    });
    expect(await adopt(stripe_account)).toEqual(answer);
    expect(await checkOut(space)).toMatchObject({ status: 201 });
  });

  it("is refused with a code and a sentence where Stripe does not show it, or does not answer", async () => {
    space = await aSpace({ connected: false });
    expect(await adopt("acct_nobody")).toMatchObject({
      status: 409,
      body: { error: { code: "account_not_visible" } },
    });
    await weather(space, { unavailable: 2, only: "/v1/accounts" });
    expect(await adopt(await aVendorAtStripe(space))).toEqual({
      status: 503,
      body: {
        error: { code: "stripe_unavailable", message: "Stripe does not answer. Try again in a moment." },
      },
    });
    expect((await shown()).stripe_account).toBeNull();
  });

  it("is nothing that a form can send", async () => {
    space = await aSpace({ connected: false });
    const form = aForm(await member(space), placeOf(space), { stripe_account: await aVendorAtStripe(space) });
    expect((await handler(form)).statusCode).toBe(400);
    expect((await shown()).stripe_account).toBeNull();
  });
});

it("refuses what is no JSON", async () => {
  expect(answerOf(await handler({ ...request(), body: "stripe_webhook_endpoint_secret" }))).toMatchObject({
    status: 400,
    body: { error: { code: "not_json" } },
  });
});

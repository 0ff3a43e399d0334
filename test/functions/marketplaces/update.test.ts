import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { handler as edit } from "../../../functions/marketplaces/edit.ts";
import { handler } from "../../../functions/marketplaces/update.ts";
import { keepsToItsSpace } from "../../support/access.ts";
import { placeOf } from "../../support/checkouts.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

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

it("adds a secret beside the one that is named by its masked form, and shows neither", async () => {
  const before = await shown();
  const added = `whsec_${randomBytes(16).toString("hex")}`;
  const [present] = before.stripe_webhook_endpoint_secret;
  const answer = await handler(request({ stripe_webhook_endpoint_secret: [added, present] }));
  const masked = [`whsec_…${added.slice(-4)}`, present];
  const { representatives, last_event, webhook_secrets, doctor: _, ...settings } = before;
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
    /^stripe_webhook_endpoint_secret\[0\]: must be a webhook/,
  ],
  [{ stripe_webhook_endpoint_secret: ["whsec_…zzzz"] }, /^stripe_webhook_endpoint_secret: .* is not one of/],
  [
    { stripe_webhook_endpoint_secret: Array.from({ length: 6 }, (_, n) => `whsec_${"0".repeat(16)}${n}`) },
    /^stripe_webhook_endpoint_secret: must be at most 5/,
  ],
  [{ stripe_webhook_endpoint_secret: [], stripe_account: "acct_1" }, /^stripe_account: /],
])("refuses %j by its field, and changes nothing", async (body, message) => {
  const before = await shown();
  expect(answerOf(await handler(request(body)))).toEqual({
    status: 400,
    body: { error: { code: "invalid_field", message: expect.stringMatching(message) } },
  });
  expect(await shown()).toEqual(before);
});

it("refuses what is no JSON", async () => {
  expect(answerOf(await handler({ ...request(), body: "stripe_webhook_endpoint_secret" }))).toMatchObject({
    status: 400,
    body: { error: { code: "not_json" } },
  });
});

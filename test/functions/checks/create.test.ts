import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { handler } from "../../../functions/checks/create.ts";
import { configuration } from "../../../lib/configuration.ts";
import { getMarketplace } from "../../../lib/marketplaces/get_marketplace.ts";
import { updateMarketplace } from "../../../lib/marketplaces/update_marketplace.ts";
import { refreshAccount } from "../../../lib/stripe_account/refresh_account.ts";
import { updateUtility } from "../../../lib/stripe_account/update_utility.ts";
import { stripeClient } from "../../../lib/stripe_client.ts";
import { ensureEndpoints } from "../../../lib/stripe_webhook_endpoints/ensure_endpoints.ts";
import { getUtility } from "../../../lib/utilities/get_utility.ts";
import { keepsToItsSpace } from "../../support/access.ts";
import { placeOf } from "../../support/checkouts.ts";
import { marketplaceNow, pressDisconnect } from "../../support/connection.ts";
import { endpointsAtStripe } from "../../support/endpoints.ts";
import { aForm, aVisit } from "../../support/forms.ts";
import { editMarketplace as edit } from "../../support/marketplace_pages.ts";
import { weather } from "../../support/orders.ts";
import { member, type Person, representative } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { deauthorizeAtStripe, turn } from "../../support/simulator.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

let space: TestSpace;
let dana: Person;
beforeEach(async () => {
  space = await aSpace();
  dana = await member(space);
});

const ask = (method: string) => aRequest({ method, path: placeOf(space), headers: bearer(space.apiKey) });
const check = async () => answerOf(await handler(ask("POST")));
const shown = async () => answerOf(await edit(ask("GET"))).body;

describe("who may have a Marketplace checked", () => {
  keepsToItsSpace(handler, { method: "POST" });
});

it("asks Stripe after the account, makes the checks, and keeps them for the page with their time", async () => {
  expect(await shown()).toMatchObject({ connection: { status: "connected" }, doctor: [], checked_at: null });
  const checked = await check();
  expect(checked).toMatchObject({
    status: 200,
    body: {
      connection: { status: "can_be_paid" },
      doctor: expect.arrayContaining([
        { check: "Stripe key", state: "good", says: expect.stringContaining(space.stripeAccount) },
        { check: "Vendor's account", state: "good", says: expect.stringContaining("can be paid") },
      ]),
      checked_at: expect.stringMatching(/^20/),
    },
  });
  expect(await shown()).toMatchObject(checked.body);
});

it("is a button that leads back to what the checks came to", async () => {
  const { statusCode, headers } = await handler(aForm(dana, placeOf(space), {}));
  expect([statusCode, headers?.location]).toEqual([303, expect.stringMatching(/\/edit#checks$/)]);
  const { body } = await edit(aVisit(dana, placeOf(space)));
  const { checked_at } = await shown();
  expect(body).toContain(`Checked <time datetime="${checked_at}">`);
  expect(body).toMatch(/<strong>Stripe key<\/strong>.*works/);
  expect(body).toMatch(/<button[^>]*>Check now<\/button>/);
});

it("tells a Vendor's representative how the account stands, and nothing of the checks", async () => {
  const vera = await representative(space);
  const { statusCode, headers } = await handler(aForm(vera, placeOf(space), {}));
  expect([statusCode, headers?.location]).toEqual([303, expect.stringMatching(/\/edit$/)]);
  const { body } = await edit(aVisit(vera, placeOf(space)));
  const { connection } = await shown();
  expect(body).toContain(`<dt>Status checked</dt><dd><time datetime="${connection.read_at}"`);
  expect(body).toMatch(/<button[^>]*>Check now<\/button>/);
  const answer = await handler({
    ...aRequest({
      method: "POST",
      path: placeOf(space),
      headers: { "x-csrf-token": vera.csrf, origin: new URL(configuration.baseUrl).origin },
    }),
    cookies: vera.cookies,
  });
  expect(answerOf(answer)).toMatchObject({ status: 200, body: { connection: { status: "can_be_paid" } } });
  expect(answer.body).not.toMatch(/doctor|checked_at|whsec_/);
});

it("notices what was ended at Stripe", async () => {
  await deauthorizeAtStripe(space, space.first.stripe_account ?? "");
  expect((await check()).body.connection.status).toBe("disconnected_at_stripe");
});

it("says what it knew, and that Stripe does not answer, where it does not", async () => {
  await check();
  await weather(space, { unavailable: 100 });
  expect((await check()).body).toMatchObject({
    connection: { status: "can_be_paid" },
    doctor: expect.arrayContaining([
      { check: "Stripe key", state: "unknown", says: expect.stringContaining("does not answer") },
    ]),
  });
});

describe("what was checked is not shown as if it were so still when", () => {
  const utility = () => getUtility(space.space, space.utility);
  it.each<[string, () => Promise<unknown>]>([
    [
      "a key is saved",
      async () => updateUtility(await utility(), { api_token: space.stripeSecretKey, version: 0 }, "a test"),
    ],
    [
      "a client id is saved",
      async () =>
        updateUtility(await utility(), { api_token: "", client_id: "ca_0123456789ab", version: 0 }, "a test"),
    ],
    ["the Marketplace is disconnected", async () => pressDisconnect(space, dana)],
    [
      "a secret is added",
      async () =>
        updateMarketplace(
          await getMarketplace(placeOf(space)),
          { add_webhook_secret: `whsec_${randomBytes(16).toString("hex")}` },
          "a test",
        ),
    ],
    [
      "an endpoint is registered anew",
      async () => {
        const [first] = await endpointsAtStripe(space);
        await stripeClient(space.stripeSecretKey).webhookEndpoints.del(first?.id ?? "");
        await ensureEndpoints(space.space);
      },
    ],
  ])("%s", async (_what, change) => {
    await check();
    expect((await shown()).doctor).not.toEqual([]);
    await change();
    expect(await shown()).toMatchObject({ doctor: [], checked_at: null });
    const { body } = await edit(aVisit(dana, placeOf(space)));
    expect(body).toContain("Nothing was checked since the last change.");
    await check();
    expect((await shown()).doctor).not.toEqual([]);
  });

  it("Stripe restricts the account, and not when it says the same again", async () => {
    await check();
    const { checked_at } = await shown();
    const refresh = async () =>
      refreshAccount(await marketplaceNow(space), stripeClient(space.stripeSecretKey));
    await refresh();
    expect((await shown()).checked_at).toBe(checked_at);
    await turn(space, space.first.stripe_account ?? "", "restrict");
    await refresh();
    expect((await shown()).checked_at).toBeNull();
  });
});

import { beforeEach, describe, expect, it } from "vitest";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { placesOf } from "../../../lib/stripe_account/connected_account.ts";
import { stripeClient } from "../../../lib/stripe_client.ts";
import { findRegistered } from "../../../lib/stripe_webhook_endpoints/registered_endpoints.ts";
import { checkOut, placeOf } from "../../support/checkouts.ts";
import {
  authorizeAtStripe,
  comeBack,
  connectByOauth,
  connectByOnboarding,
  locationOf,
  marketplaceNow,
  pressConnect,
  pressDisconnect,
  withOauth,
} from "../../support/connection.ts";
import { endpointsAtStripe } from "../../support/endpoints.ts";
import { aVisit } from "../../support/forms.ts";
import { editMarketplace as edit } from "../../support/marketplace_pages.ts";
import { orderB } from "../../support/order_b.ts";
import { anOrder, atStripe, weather } from "../../support/orders.ts";
import { member, type Person } from "../../support/people.ts";
import { deauthorizeAtStripe, requestsTo } from "../../support/simulator.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

let space: TestSpace;
let dana: Person;
beforeEach(async () => {
  space = await aSpace({ connected: false });
  dana = await member(space);
});

const connectedAtStripe = async () =>
  (await stripeClient(space.stripeSecretKey).accounts.list()).data.map(({ id }) => id);
const revocations = async () => (await requestsTo(space, "/oauth/deauthorize")).map(({ status }) => status);

describe("disconnecting an account that joined by OAuth", () => {
  beforeEach(async () => {
    await withOauth(space);
    await connectByOauth(space, dana);
  });

  it("ends the grant at Stripe, then the connection here, and stops the selling", async () => {
    const { stripe_account = "" } = await marketplaceNow(space);
    expect(locationOf(await pressDisconnect(space, dana)).pathname).toMatch(/\/edit$/);
    expect(await marketplaceNow(space)).not.toHaveProperty("stripe_account");
    expect(await connectedAtStripe()).toEqual([]);
    expect(await placesOf(stripe_account)).toEqual([]);
    expect(await checkOut(space)).toMatchObject({ status: 409, body: { error: { code: "not_connected" } } });
  });

  it("is in the audit before Stripe is asked, and once it is done", async () => {
    const { name, stripe_account = "" } = await marketplaceNow(space);
    const ofIt = async () =>
      (await readSpace(space.space)).audit.filter(({ what }) => / disconnect|^disconnected /.test(what));
    await weather(space, { unavailable: 9 });
    await pressDisconnect(space, dana);
    const began = { actor: dana.email, what: `began to disconnect ${name} from ${stripe_account}` };
    expect(await ofIt()).toMatchObject([began]);
    await weather(space, { unavailable: 0 });
    await pressDisconnect(space, dana);
    const done = { actor: dana.email, what: `disconnected ${name} from ${stripe_account}` };
    expect(await ofIt()).toMatchObject([done, began, began]);
  });

  it("is done where it was done at Stripe already, and again is fine", async () => {
    const { stripe_account = "" } = await marketplaceNow(space);
    await deauthorizeAtStripe(space, stripe_account);
    expect((await pressDisconnect(space, dana)).statusCode).toBe(303);
    expect((await pressDisconnect(space, dana)).statusCode).toBe(303);
    expect(await marketplaceNow(space)).not.toHaveProperty("stripe_account");
  });

  it("leaves the grant where another Marketplace of the Space uses the account", async () => {
    const { stripe_account: account = "" } = await marketplaceNow(space);
    const page = locationOf(await pressConnect(space, dana, { marketplace: space.second }));
    await comeBack(await authorizeAtStripe(page, { account }), dana);
    const told = (await edit(aVisit(dana, placeOf(space)))).body;
    expect(told).toContain("because another Marketplace of the same platform account uses it");
    await pressDisconnect(space, dana);
    expect([await revocations(), await connectedAtStripe()]).toEqual([[], [account]]);
    await pressDisconnect(space, dana, { marketplace: space.second });
    expect([await revocations(), await connectedAtStripe()]).toEqual([[200], []]);
  });

  it("changes nothing where Stripe does not answer, says so, and works the next time", async () => {
    const before = await marketplaceNow(space);
    await weather(space, { unavailable: 2, only: "/oauth/deauthorize" });
    const answer = await pressDisconnect(space, dana);
    expect(answer.statusCode).toBe(503);
    expect(answer.body).toContain("Stripe does not answer. Try again");
    expect((await marketplaceNow(space)).stripe_account).toBe(before.stripe_account);
    await pressDisconnect(space, dana);
    expect(await connectedAtStripe()).toEqual([]);
  });

  it("counts as done what Stripe did and then denied", async () => {
    await weather(space, { error_after_success: 1, only: "/oauth/deauthorize" });
    expect((await pressDisconnect(space, dana)).statusCode).toBe(303);
    expect(await marketplaceNow(space)).not.toHaveProperty("stripe_account");
  });

  it("says first which Orders are not settled, and keeps the endpoints while one is open", async () => {
    const order = await anOrder(space);
    const { body = "" } = await edit(aVisit(dana, placeOf(space)));
    expect(body).toContain("1 Order is not settled with the Vendor yet");
    expect(body).toContain(order.id);
    await pressDisconnect(space, dana);
    expect(await endpointsAtStripe(space)).toHaveLength(2);
    await atStripe(space, "pay", order.checkout_session);
  });

  it("says of an Order that is paid how its share stands, until that is sent", async () => {
    const order = await orderB({}, space);
    await weather(space, { late_fee: true });
    await order.pay();
    const page = async () => (await edit(aVisit(dana, placeOf(space)))).body ?? "";
    expect(await page()).toMatch(/1 Order is not settled.*payment split: Waiting/s);
    await expect.poll(() => order.settle()).toBe("done");
    expect(await page()).not.toContain("not settled");
  });

  it("retires the Space's endpoints with the last connection, for what Stripe has still to deliver", async () => {
    const before = (await endpointsAtStripe(space)).map(({ id }) => id);
    await pressDisconnect(space, dana);
    expect((await endpointsAtStripe(space)).map(({ id }) => id)).toEqual(before);
    expect((await findRegistered(space.space)).endpoints).toMatchObject([
      { retired_at: expect.any(String) },
      { retired_at: expect.any(String) },
    ]);
    // Connected again, the same go on.
    await connectByOauth(space, dana);
    expect((await endpointsAtStripe(space)).map(({ id }) => id)).toEqual(before);
    for (const endpoint of (await findRegistered(space.space)).endpoints)
      expect(endpoint).not.toHaveProperty("retired_at");
  });
});

it("takes up the account again that was made for the Marketplace", async () => {
  await connectByOnboarding(space, dana);
  const { stripe_account } = await marketplaceNow(space);
  await pressDisconnect(space, dana);
  expect(await marketplaceNow(space)).not.toHaveProperty("stripe_account");
  await connectByOnboarding(space, dana);
  expect((await marketplaceNow(space)).stripe_account).toBe(stripe_account);
  expect(await connectedAtStripe()).toEqual([stripe_account]);
});

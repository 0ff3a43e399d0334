import { ulid } from "ulid";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { getMarketplace } from "../../../lib/marketplaces/get_marketplace.ts";
import { importOrder } from "../../../lib/orders/import_order.ts";
import { listOrders } from "../../../lib/orders/list_orders.ts";
import type { Order } from "../../../lib/orders/order.ts";
import { pendingOrders, UNFINISHED } from "../../../lib/orders/pending_orders.ts";
import { stripeClient } from "../../../lib/stripe_client.ts";
import { followCheckoutSession } from "../../../lib/stripe_events/follow_checkout_session.ts";
import { forgetPlatform } from "../../../lib/utilities/platform.ts";
import { anApiToken, saveApiToken } from "../../support/api_tokens.ts";
import { placeOf } from "../../support/checkouts.ts";
import { contextOf, handled } from "../../support/handled_event.ts";
import { AMOUNTS, aSessionFromElsewhere, sessionAtStripe } from "../../support/order_import.ts";
import { anOrder, atStripe, orderNow, weather } from "../../support/orders.ts";
import { ownTables } from "../../support/own_tables.ts";
import { control, requestsTo } from "../../support/simulator.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { stripeThatAnswers } from "../../support/stripe.ts";
import { aStripeKey, NEEDED_PERMISSIONS } from "../../support/stripe_keys.ts";
import { tableRows } from "../../support/table_rows.ts";

await ownTables();

afterEach(() => vi.unstubAllEnvs());

let space: TestSpace;
let session: string;
beforeEach(async () => {
  space = await aSpace();
  session = (await aSessionFromElsewhere(space)).id;
});

type Changes = Partial<Parameters<typeof importOrder>[1]>;

const carry = async (changes: Changes = {}, marketplace = space.first) =>
  importOrder(await getMarketplace(placeOf(space, marketplace)), {
    checkout_session: session,
    ...AMOUNTS,
    ...changes,
  });

const ordersOf = async ({ marketplace } = space.first): Promise<Order[]> =>
  (await listOrders(marketplace, { limit: 50, next: undefined })).data;

/** Stripe tells of the session, as it is then. */
const tell = async () =>
  followCheckoutSession(handled(space, "checkout.session.completed", session), await contextOf(space));

/** What an Order is made anew from. */
const intentMetadataOf = (order: Order) => ({
  ...metadataOf(order),
  product_total: String(order.product_total),
  delivery_amount: String(order.delivery_amount),
  tax_amount: String(order.tax_amount),
  vendor_account: order.vendor_account,
});
const metadataOf = ({ id, marketplace }: Order) => ({ order: id, marketplace });

describe("an open session", () => {
  it("becomes an open Order, of its own time, that its events find", async () => {
    const { order, isNew } = await carry();
    const { created, url } = await sessionAtStripe(space, session);
    const made = new Date(created * 1_000);
    expect(isNew).toBe(true);
    expect(order).toEqual({
      id: expect.stringMatching(new RegExp(`^${ulid(made.getTime()).slice(0, 10)}`)),
      space: space.space,
      room: space.first.room,
      marketplace: space.first.marketplace,
      status: "open",
      currency: "usd",
      amount_total: 1_890,
      ...AMOUNTS,
      livemode: false,
      checkout_session: session,
      checkout_url: url,
      placed_at: made.toISOString(),
      vendor_account: expect.stringMatching(/^acct_/),
    });
    expect(await pendingOrders(order.marketplace, UNFINISHED)).toEqual([order]);
    await atStripe(space, "pay", session);
    expect(await tell()).toMatchObject({ outcome: "succeeded" });
    expect(await orderNow(order)).toMatchObject({ status: "paid", entries: ["carried_over", "paid"] });
  });

  it("keeps what its metadata said before", async () => {
    session = (await aSessionFromElsewhere(space, { basket: "7", order: "1001" })).id;
    const { order } = await carry();
    expect((await sessionAtStripe(space, session)).metadata).toEqual({
      basket: "7",
      ...intentMetadataOf(order),
    });
  });

  it("that was tried with a card which was declined has its intent told, too", async () => {
    await atStripe(space, "decline", session);
    const { order } = await carry();
    expect(order).toMatchObject({ status: "open" });
    expect(await sessionAtStripe(space, session)).toMatchObject({
      payment_intent: { metadata: intentMetadataOf(order) },
    });
  });
});

describe("a session that is over, or nearly", () => {
  it.each([
    ["paid", ["pay"], { status: "paid" }],
    ["waiting for its bank", ["pay_later"], { status: "awaiting_payment" }],
    ["paid by its bank", ["pay_later", "bank_pays"], { status: "paid" }],
    ["refused by its bank", ["pay_later", "bank_refuses"], { status: "payment_failed" }],
  ] as const)("because it is %s, settles the Order at once", async (_what, actions, { status }) => {
    for (const action of actions) await atStripe(space, action, session);
    const { order } = await carry();
    expect(await orderNow(order)).toMatchObject({
      status,
      payment_intent: expect.stringMatching(/^pi_/),
      entries: ["carried_over", status],
    });
    expect(order).not.toHaveProperty("checkout_url");
    expect(await sessionAtStripe(space, session)).toMatchObject({
      metadata: metadataOf(order),
      // Of an intent that Checkout made, Stripe lets nobody change the group.
      payment_intent: {
        metadata: intentMetadataOf(order),
        transfer_group: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    });
  });

  it("because it expired, settles the Order at once", async () => {
    await atStripe(space, "expire", session);
    expect(await orderNow((await carry()).order)).toMatchObject({
      status: "expired",
      entries: ["carried_over", "expired"],
    });
  });

  it("is settled once, whatever its event says before and afterwards", async () => {
    await atStripe(space, "pay", session);
    expect(await tell()).toEqual({
      outcome: "ignored",
      detail: "this Checkout Session pays no Order of this Space",
    });
    const { order } = await carry();
    expect(await tell()).toMatchObject({ detail: expect.stringContaining("was already paid") });
    const before = await tableRows();
    expect((await carry()).isNew).toBe(false);
    expect(await tableRows()).toEqual(before);
    expect(await orderNow(order)).toMatchObject({ status: "paid", entries: ["carried_over", "paid"] });
  });

  it("is settled by the next request where its event was lost after the first", async () => {
    const {
      order: { checkout_url: _over, ...order },
    } = await carry();
    await atStripe(space, "pay", session);
    expect(await carry()).toMatchObject({
      order: { ...order, status: "paid", payment_intent: expect.stringMatching(/^pi_/) },
      isNew: false,
    });
  });
});

describe("one session makes one Order", () => {
  it("of many requests at once", async () => {
    await atStripe(space, "pay", session);
    const results = await Promise.all([1, 2, 3, 4].map(() => carry()));
    const [order] = await ordersOf();
    expect(await ordersOf()).toHaveLength(1);
    expect(results.map(({ order: { id } }) => id)).toEqual(results.map(() => order?.id));
    expect(results.filter(({ isNew }) => isNew)).toHaveLength(1);
    if (order)
      expect(await orderNow(order)).toMatchObject({ status: "paid", entries: ["carried_over", "paid"] });
  });

  it("of requests and events at once", async () => {
    await atStripe(space, "pay", session);
    await Promise.all([carry(), tell(), carry(), tell(), tell()]);
    const [order, ...others] = await ordersOf();
    expect(others).toEqual([]);
    if (order)
      expect(await orderNow(order)).toMatchObject({ status: "paid", entries: ["carried_over", "paid"] });
  });

  it("of requests to two Marketplaces at once", async () => {
    const results = await Promise.allSettled([
      carry(),
      carry({}, space.second),
      carry(),
      carry({}, space.second),
    ]);
    const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    expect(refused).toHaveLength(2);
    for (const reason of refused)
      expect(reason).toMatchObject({ status: 409, code: "order_of_another_marketplace" });
    const orders = [...(await ordersOf()), ...(await ordersOf(space.second))];
    expect(orders).toHaveLength(1);
    expect((await sessionAtStripe(space, session)).metadata).toEqual(orders.map(intentMetadataOf)[0]);
  });
});

describe("a session whose Order is gone, and cannot be made anew by itself", () => {
  it("of a Marketplace here is carried over once it was paid, under the id that it had", async () => {
    const metadata = { order: ulid(), marketplace: space.first.marketplace };
    session = (await aSessionFromElsewhere(space, metadata)).id;
    await atStripe(space, "pay", session);
    const { order, isNew } = await carry();
    expect([order.id, order.status, isNew]).toEqual([metadata.order, "paid", true]);
  });

  it("of a Marketplace that is not here any more is carried over, open or paid, under a new id", async () => {
    const metadata = { order: ulid(), marketplace: crypto.randomUUID() };
    session = (await aSessionFromElsewhere(space, metadata)).id;
    const { order } = await carry();
    expect(order.id).not.toBe(metadata.order);
    await atStripe(space, "pay", session);
    await tell();
    expect(await orderNow(order)).toMatchObject({ status: "paid" });
  });
});

describe("refused, with nothing changed, is a session", () => {
  const expectRefused = async (work: () => Promise<unknown>, refusal: object): Promise<void> => {
    const [before, at] = [await tableRows(), await sessionAtStripe(space, session)];
    await expect(work()).rejects.toMatchObject(refusal);
    expect(await tableRows()).toEqual(before);
    expect(await sessionAtStripe(space, session)).toEqual(at);
  };

  it("that another Marketplace carried over", async () => {
    await carry();
    await expectRefused(() => carry({}, space.second), {
      status: 409,
      code: "order_of_another_marketplace",
      message: `${session} pays an Order of another Marketplace already.`,
    });
  });

  it("that another Marketplace checked out here", async () => {
    const order = await anOrder(space);
    session = order.checkout_session;
    const amounts = { product_total: 5_000, delivery_amount: 400, tax_amount: 0 };
    await expectRefused(() => carry(amounts, space.second), {
      status: 409,
      code: "order_of_another_marketplace",
    });
  });

  it("that was carried over with other amounts", async () => {
    const { order } = await carry();
    await expectRefused(() => carry({ product_total: 1_200, delivery_amount: 600 }), {
      status: 409,
      code: "other_amounts",
      message: `${session} pays Order ${order.id} already, with a product_total of 1300, a delivery_amount of 500 and a tax_amount of 90.`,
    });
  });

  it("that a checkout here is about to place the Order of", async () => {
    const metadata = { order: ulid(), marketplace: space.first.marketplace };
    session = (await aSessionFromElsewhere(space, metadata)).id;
    await expectRefused(() => carry(), { status: 409, code: "checkout_under_way" });
  });

  it("that pays for something else than an Order", async () => {
    await using stripe = await stripeThatAnswers(200, {
      id: session,
      object: "checkout.session",
      mode: "subscription",
      currency: "usd",
      amount_total: 1_890,
      livemode: false,
    });
    const before = await tableRows();
    vi.stubEnv("STRIPE_API_BASE", stripe.url);
    forgetPlatform(space.space);
    await expect(carry()).rejects.toMatchObject({
      status: 400,
      code: "invalid_field",
      message: "checkout_session: is one of mode `subscription`; an Order is paid by one of mode `payment`",
    });
    expect(await tableRows()).toEqual(before);
  });
});

describe("where Stripe cannot be asked", () => {
  const READ = "GET /v1/checkout/sessions";
  const TELL = "POST /v1/checkout/sessions";
  const TELL_INTENT = "/v1/payment_intents";

  const troubles = [READ, TELL, TELL_INTENT].flatMap((only) => [
    { only, what: "is down", trouble: { unavailable: 2 }, code: "stripe_unavailable" },
    { only, what: "asks to slow down", trouble: { rate_limit: 1 }, code: "stripe_busy" },
    { only, what: "fails after it did it", trouble: { error_after_success: 1 }, code: "stripe_unavailable" },
  ]);

  it.each(troubles.filter(({ only, trouble }) => only !== READ || !trouble.error_after_success))(
    "because $only $what, the same request makes it good",
    async ({ only, trouble, code }) => {
      await atStripe(space, "pay", session);
      await weather(space, { ...trouble, only });
      await expect(carry()).rejects.toMatchObject({ status: 503, code });
      expect(await ordersOf()).toHaveLength(only === READ ? 0 : 1);
      const { order, isNew } = await carry();
      expect(isNew).toBe(only === READ);
      expect(await ordersOf()).toEqual([order]);
      expect(await orderNow(order)).toMatchObject({ status: "paid", entries: ["carried_over", "paid"] });
      expect(await sessionAtStripe(space, session)).toMatchObject({
        metadata: metadataOf(order),
        payment_intent: { metadata: intentMetadataOf(order) },
      });
    },
  );

  it.each([
    ["there is no key yet", undefined, "no_api_token"],
    ["it refuses the key", anApiToken(), "stripe_key_refused"],
  ])("because %s, no Order is left, and the same works with another key", async (_what, apiToken, code) => {
    await saveApiToken(space.space, apiToken, space.utility);
    forgetPlatform(space.space);
    await expect(carry()).rejects.toMatchObject({ status: 409, code });
    expect(await ordersOf()).toEqual([]);
    await saveApiToken(space.space, space.stripeSecretKey, space.utility);
    expect(await carry()).toMatchObject({ isNew: true });
  });

  it("with a restricted key that may not write intents, says which may, and has the Order already", async () => {
    const { key } = await aStripeKey({ permissions: NEEDED_PERMISSIONS });
    await saveApiToken(space.space, key, space.utility);
    forgetPlatform(space.space);
    session = (await aSessionFromElsewhere({ stripeSecretKey: key })).id;
    await control({ stripeSecretKey: key }, `checkout_sessions/${session}`, { action: "pay" });
    await expect(carry()).rejects.toMatchObject({
      status: 409,
      code: "stripe_key_restricted",
      message: expect.stringContaining("PaymentIntents: Write"),
    });
    expect(await ordersOf()).toMatchObject([{ status: "paid" }]);
  });
});

it("asks Stripe three times at most, and once for what is carried over already", async () => {
  await atStripe(space, "pay", session);
  const methodsTo = async (path: string) => (await requestsTo(space, path)).map(({ method }) => method);
  const { order } = await carry();
  await carry();
  expect(await methodsTo(`/v1/checkout/sessions/${session}`)).toEqual(["GET", "POST", "GET"]);
  expect(await methodsTo(`/v1/payment_intents/${order.payment_intent}`)).toEqual(["POST"]);
});

it("leaves a session alone that the Space's key cannot see", async () => {
  const other = await aSpace();
  session = (await aSessionFromElsewhere(other)).id;
  await expect(carry()).rejects.toMatchObject({ status: 404, code: "no_such_checkout_session" });
  expect((await stripeClient(other.stripeSecretKey).checkout.sessions.retrieve(session)).metadata).toEqual(
    {},
  );
  expect(await ordersOf()).toEqual([]);
});

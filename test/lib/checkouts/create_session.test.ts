import { randomUUID } from "node:crypto";
import fc from "fast-check";
import getPort from "get-port";
import { ulid } from "ulid";
import * as v from "valibot";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { CheckoutRequest } from "../../../lib/checkouts/checkout_request.ts";
import { createSession, type NewOrder } from "../../../lib/checkouts/create_session.ts";
import { CURRENCIES, LARGEST_AMOUNT } from "../../../lib/orders/stripe_limits.ts";
import { stripeClient } from "../../../lib/stripe_client.ts";
import { anApiToken, saveApiToken } from "../../support/api_tokens.ts";
import { aCheckout } from "../../support/checkouts.ts";
import { atStripe, weather } from "../../support/orders.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { linesOf, sessionsOf, stripeThatAnswers } from "../../support/stripe.ts";

afterEach(() => vi.unstubAllEnvs());

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
});

type Changes = Parameters<typeof aCheckout>[0];

const aNewOrder = (of = space.space): NewOrder => ({
  id: ulid(),
  space: of,
  marketplace: space.first.marketplace,
  currency: "usd",
  amount_total: 5_850,
  product_total: 5_000,
  delivery_amount: 500,
  tax_amount: 350,
  vendor_account: "acct_1",
});
const create = (changes: Changes = {}, of = space.space, order = aNewOrder(of)) =>
  createSession(order, v.parse(CheckoutRequest, aCheckout(changes)));

/** A Space that the simulator knows nothing of. */
async function aSpaceWith(apiToken: string, utility = randomUUID()): Promise<string> {
  const other = `space-${randomUUID()}`;
  await saveApiToken(other, apiToken, utility);
  return other;
}

/** The session as it is at Stripe. */
const atStripeNow = (id: string) =>
  stripeClient(space.stripeSecretKey).checkout.sessions.retrieve(id, { expand: ["payment_intent"] });

describe("the session at Stripe", () => {
  it("has a line for each product, then one for delivery and one for taxes", async () => {
    const { id } = await create();
    expect(await linesOf(space, id)).toEqual([
      { description: "Sourdough loaf", unit_amount: 1_200, quantity: 3, currency: "usd" },
      { description: "Rye loaf", unit_amount: 1_400, quantity: 1, currency: "usd" },
      { description: "Delivery", unit_amount: 500, quantity: 1, currency: "usd" },
      { description: "Taxes", unit_amount: 350, quantity: 1, currency: "usd" },
    ]);
    expect(await atStripeNow(id)).toMatchObject({ mode: "payment", amount_total: 5_850, currency: "usd" });
  });

  it.each([
    [{ delivery_amount: 0 }, ["Sourdough loaf", "Rye loaf", "Taxes"]],
    [{ tax_amount: 0 }, ["Sourdough loaf", "Rye loaf", "Delivery"]],
  ])("has no line for what costs nothing: %j", async (changes, descriptions) => {
    const { id } = await create(changes);
    expect((await linesOf(space, id)).map(({ description }) => description)).toEqual(descriptions);
  });

  it("takes the amounts of a currency without decimals as they are", async () => {
    const { id } = await create({ currency: "jpy" });
    expect(await atStripeNow(id)).toMatchObject({ amount_total: 5_850, currency: "jpy" });
  });

  it("leads its events back to the Order and the Marketplace", async () => {
    const order = aNewOrder();
    const { id } = await create({}, space.space, order);
    const session = await atStripeNow(id);
    expect(session.metadata).toEqual({ order: order.id, marketplace: order.marketplace });
    expect(session.client_reference_id).toBe(order.id);
  });

  it("tells the payment its transfer group, and what an Order is made anew from", async () => {
    const order = aNewOrder();
    const { id } = await create({}, space.space, order);
    await atStripe(space, "pay", id);
    const metadata = {
      order: order.id,
      marketplace: order.marketplace,
      product_total: "5000",
      delivery_amount: "500",
      tax_amount: "350",
      vendor_account: "acct_1",
    };
    const { payment_intent } = await atStripeNow(id);
    expect(payment_intent).toMatchObject({ transfer_group: order.id, amount: 5_850 });
    expect(payment_intent).toHaveProperty("metadata", metadata);
  });

  it("asks for the Order's own currency and no other", async () => {
    const { id } = await create();
    expect(await atStripeNow(id)).toMatchObject({ adaptive_pricing: { enabled: false } });
  });

  it("sends the buyer where the shop wants, and asks for the address it knows no more", async () => {
    const success_url = "https://shop.example/thanks?session={CHECKOUT_SESSION_ID}";
    const cancel_url = "http://localhost:5173/cart";
    const { id } = await create({ success_url, cancel_url, customer_email: "jenny@example.com" });
    expect(await atStripeNow(id)).toMatchObject({
      success_url,
      cancel_url,
      customer_email: "jenny@example.com",
    });
  });

  it("is told with its id, address, time and mode", async () => {
    const session = await create();
    const { id, created, livemode, url } = await atStripeNow(session.id);
    expect(session).toEqual({ id, created, livemode, url });
  });
});

describe("what Stripe does not accept", () => {
  it("comes back in Stripe's words, by its code and the field it is about", async () => {
    const message = "The Checkout Session's total amount must convert to at least 50 cents.";
    const error = { type: "invalid_request_error", code: "amount_too_small", message, param: "line_items" };
    await using there = await stripeThatAnswers(400, { error });
    vi.stubEnv("STRIPE_API_BASE", there.url);
    const creating = create({}, await aSpaceWith(anApiToken()));
    await expect(creating).rejects.toMatchObject({
      status: 400,
      code: "amount_too_small",
      message: `line_items: ${message}`,
    });
  });

  it.each([
    ["line_items[1][price_data][unit_amount]", "line_items[1].unit_amount"],
    ["line_items[0][price_data][product_data][name]", "line_items[0].name"],
    ["line_items[0][price_data][currency]", "currency"],
    ["success_url", "success_url"],
    [undefined, "line_items"],
  ])("names %s as %s", async (param, field) => {
    const error = { type: "invalid_request_error", message: "It cannot be.", param };
    await using there = await stripeThatAnswers(400, { error });
    vi.stubEnv("STRIPE_API_BASE", there.url);
    const other = await aSpaceWith(anApiToken());
    await expect(create({}, other)).rejects.toMatchObject({
      status: 400,
      code: "refused_by_stripe",
      message: `${field}: It cannot be.`,
    });
  });
});

it("takes nothing that Stripe refuses", async () => {
  const { space: other } = await aSpace();
  const [currency, limits] = [fc.constantFrom(...CURRENCIES.keys()), [...CURRENCIES.values()]];
  const edges = new Set(limits.flatMap(({ step, smallest }) => [smallest - step, smallest, smallest + step]));
  const amount = fc.oneof(
    fc.constantFrom(0, ...edges, 99_999_999, 100_000_000, LARGEST_AMOUNT - 1, LARGEST_AMOUNT),
    fc.nat(1_000_000),
  );
  const text = (maxLength: number) => fc.string({ unit: "grapheme", minLength: 1, maxLength });
  const url = fc.oneof(
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    fc.webPath().map((path) => `https://shop.example${path}?session={CHECKOUT_SESSION_ID}`),
  );
  const checkout = fc.record({
    line_items: fc.array(
      fc.record({ name: text(250), unit_amount: amount, quantity: fc.integer({ min: 1, max: 3 }) }),
      { minLength: 1, maxLength: 4 },
    ),
    delivery_amount: fc.option(amount),
    tax_amount: fc.option(amount),
    currency,
    customer_email: fc.option(fc.emailAddress()),
    success_url: url,
    cancel_url: fc.option(url),
  });
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(checkout, async (body) => {
      const { success, output } = v.safeParse(CheckoutRequest, body);
      if (!success) return;
      await createSession(aNewOrder(other), output);
      taken++;
    }),
    { numRuns: 100 },
  );
  expect(taken).toBeGreaterThan(10);
});

describe("trouble with Stripe", () => {
  const unavailable = {
    status: 503,
    code: "stripe_unavailable",
    message: "Stripe does not answer. Try again in a moment, with the same Idempotency-Key.",
  };

  it.each([
    ["is down", { unavailable: 2 }],
    ["asks to slow down", { rate_limit: 1 }],
    ["fails after it made the session", { error_after_success: 1 }],
  ])("is a 503 where Stripe %s, and may be over the next time", async (_what, trouble) => {
    await weather(space, trouble);
    await expect(create()).rejects.toMatchObject(unavailable);
    expect(await create()).toMatchObject({ url: expect.stringMatching(/^http/) });
  });

  it("is none where Stripe answers the second try", async () => {
    const before = (await sessionsOf(space)).length;
    await weather(space, { unavailable: 1 });
    await create();
    expect(await sessionsOf(space)).toHaveLength(before + 1);
  });

  it("is a 503 where nobody is there, and keeps what went wrong", async () => {
    const other = await aSpaceWith(anApiToken());
    vi.stubEnv("STRIPE_API_BASE", `http://127.0.0.1:${await getPort()}`);
    await expect(create({}, other)).rejects.toMatchObject({
      ...unavailable,
      cause: { type: "StripeConnectionError" },
    });
  });

  it("is a 503 where Stripe gives no address to pay at", async () => {
    await using there = await stripeThatAnswers(200, {
      id: "cs_test_1",
      created: 1,
      livemode: false,
      url: null,
    });
    vi.stubEnv("STRIPE_API_BASE", there.url);
    const other = await aSpaceWith(anApiToken());
    await expect(create({}, other)).rejects.toMatchObject({ status: 503, code: "unavailable" });
  });
});

describe("a Space's key", () => {
  const refused = { status: 409, code: "stripe_key_refused" };

  it("is asked for with a 409 where there is none yet", async () => {
    await expect(create({}, `space-${randomUUID()}`)).rejects.toMatchObject({
      status: 409,
      code: "no_api_token",
      message: "This Space has no Stripe key yet. A member can save one on the page of its Stripe Utility.",
    });
  });

  it("that was revoked is a 409, until another is saved", async () => {
    const utility = randomUUID();
    const other = await aSpaceWith(anApiToken(), utility);
    await expect(create({}, other)).rejects.toMatchObject(refused);
    await saveApiToken(other, space.stripeSecretKey, utility);
    expect(await create({}, other)).toMatchObject({ livemode: false });
  });

  it("that may not make sessions is a 409, and its permissions no part of the answer", async () => {
    const message = "The provided key 'rk_test_***4242' lacks checkout_session_write.";
    await using there = await stripeThatAnswers(403, { error: { type: "invalid_request_error", message } });
    vi.stubEnv("STRIPE_API_BASE", there.url);
    const other = await aSpaceWith(anApiToken("rk_test_"));
    await expect(create({}, other)).rejects.toMatchObject({
      ...refused,
      message:
        "Stripe refuses this Space's key. A member can save another on the page of its Stripe Utility.",
    });
  });

  it("that does not open is trouble of our own, passed on as it is", async () => {
    const other = await aSpaceWith(anApiToken());
    vi.stubEnv("SEALING_KEY", Buffer.alloc(32).toString("base64url"));
    await expect(create({}, other)).rejects.toMatchObject({ code: "ERR_JWE_DECRYPTION_FAILED" });
  });
});

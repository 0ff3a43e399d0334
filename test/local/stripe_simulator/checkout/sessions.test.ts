import type Stripe from "stripe";
import { afterEach, describe, expect, it, vi } from "vitest";
import { waitFor } from "../../../support/wait.ts";
import { line, newPlatform, PAID, sessionParams, simulatorForTests } from "../support.ts";

const url = await simulatorForTests();
const { stripe, live, act } = await newPlatform(url);
const inJapan = await newPlatform(url, [], { country: "JP", default_currency: "jpy" });

const newSession = (overrides?: Stripe.Checkout.SessionCreateParams) =>
  stripe.checkout.sessions.create(sessionParams(overrides));

async function eventsOf(session: Stripe.Checkout.Session) {
  const { payment_intent } = await stripe.checkout.sessions.retrieve(session.id);
  const events = await stripe.events.list({ limit: 100 });
  const own = events.data.filter(({ data: { object } }) =>
    [session.id, payment_intent].includes(
      "payment_intent" in object && object.object === "charge"
        ? object.payment_intent
        : "id" in object
          ? object.id
          : "",
    ),
  );
  return own.toReversed();
}

const typesOf = async (session: Stripe.Checkout.Session) => (await eventsOf(session)).map(({ type }) => type);

const expanded = (id: string) =>
  stripe.checkout.sessions.retrieve(id, { expand: ["payment_intent.latest_charge.balance_transaction"] });

describe("a Checkout Session", () => {
  it("is made from its lines and keeps what it was given", async () => {
    const session = await newSession({
      line_items: [line({ unit_amount: 1_500, quantity: 2 }), line({ unit_amount: 250, name: "Milk" })],
      metadata: { order: "1" },
      client_reference_id: "order_1",
      customer_email: "jo@example.com",
    });
    expect(session).toMatchObject({
      id: expect.stringMatching(/^cs_test_/),
      amount_total: 3_250,
      currency: "usd",
      status: "open",
      payment_status: "unpaid",
      payment_intent: null,
      metadata: { order: "1" },
      client_reference_id: "order_1",
      customer_details: { email: "jo@example.com" },
      livemode: false,
      url: `${url}/c/pay/${session.id}`,
    });
    expect(session).not.toHaveProperty("line_items");
    const { line_items } = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ["line_items.data.price.product"],
    });
    expect(line_items).toMatchObject({
      data: [
        {
          description: "Tea",
          quantity: 2,
          amount_total: 3_000,
          price: { unit_amount: 1_500, product: { name: "Tea" } },
        },
        { description: "Milk", quantity: 1, amount_total: 250 },
      ],
      has_more: false,
    });
  });

  it("lists its lines in their order, page by page", async () => {
    const names = Array.from({ length: 12 }, (_, n) => `Item ${n}`);
    const session = await newSession({ line_items: names.map((name) => line({ name })) });
    const seen: (string | null)[] = [];
    for await (const item of stripe.checkout.sessions.listLineItems(session.id, { limit: 5 }))
      seen.push(item.description);
    expect(seen).toEqual(names);
  });

  it("has its own id, mode and objects in live mode", async () => {
    const session = await live.checkout.sessions.create(sessionParams());
    expect(session).toMatchObject({ id: expect.stringMatching(/^cs_live_/), livemode: true });
    expect((await stripe.checkout.sessions.list()).data.map(({ id }) => id)).not.toContain(session.id);
  });

  it("counts yen as they are", async () => {
    const { checkout } = inJapan.stripe;
    const { id, ...session } = await checkout.sessions.create(
      sessionParams({ line_items: [line({ currency: "JPY", unit_amount: 1_890 })] }),
    );
    expect(session).toMatchObject({ currency: "jpy", amount_total: 1_890 });
    await inJapan.act(id, "pay");
    expect(
      await checkout.sessions.retrieve(id, { expand: ["payment_intent.latest_charge.balance_transaction"] }),
    ).toMatchObject({
      payment_intent: {
        latest_charge: { balance_transaction: { amount: 1_890, fee: 68, net: 1_822, currency: "jpy" } },
      },
    });
  });
});

describe("paying", () => {
  it("settles everything at once, tells it in Stripe's order, and only once", async () => {
    const session = await newSession({
      payment_intent_data: { transfer_group: "order_7", metadata: { order: "7" }, description: "Order 7" },
    });
    await act(session.id, "pay");
    await act(session.id, "pay");
    expect(await expanded(session.id)).toMatchObject({
      status: "complete",
      payment_status: "paid",
      url: null,
      customer_details: { email: "jenny.rosen@example.com" },
      payment_intent: {
        status: "succeeded",
        amount_received: 3_000,
        transfer_group: "order_7",
        metadata: { order: "7" },
        latest_charge: {
          id: expect.stringMatching(/^ch_/),
          paid: true,
          status: "succeeded",
          transfer_group: "order_7",
          metadata: { order: "7" },
          description: "Order 7",
          balance_transaction: { amount: 3_000, fee: 117, net: 2_883, type: "charge" },
        },
      },
    });
    expect(await typesOf(session)).toEqual(PAID);
  });

  it("fails with a refused card and works with the next one, on the same intent", async () => {
    const session = await newSession();
    await act(session.id, "decline");
    expect(await expanded(session.id)).toMatchObject({
      status: "open",
      payment_intent: {
        status: "requires_payment_method",
        last_payment_error: { code: "card_declined", message: "Your card was declined." },
        latest_charge: {
          status: "failed",
          paid: false,
          failure_code: "card_declined",
          balance_transaction: null,
        },
      },
    });
    await act(session.id, "pay");
    const refused = ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"];
    expect(await typesOf(session)).toEqual([...refused, ...PAID.slice(1)]);
  });

  it("later is complete but unpaid until the bank pays", async () => {
    const session = await newSession();
    await act(session.id, "pay_later");
    expect(await expanded(session.id)).toMatchObject({
      status: "complete",
      payment_status: "unpaid",
      payment_intent: {
        status: "processing",
        amount_received: 0,
        latest_charge: { status: "pending", paid: false },
      },
    });
    const later = [
      "payment_intent.created",
      "charge.pending",
      "payment_intent.processing",
      "checkout.session.completed",
    ];
    expect(await typesOf(session)).toEqual(later);
    await act(session.id, "bank_pays");
    expect(await expanded(session.id)).toMatchObject({
      payment_status: "paid",
      payment_intent: {
        status: "succeeded",
        latest_charge: { paid: true, balance_transaction: { type: "payment" } },
      },
    });
    const paid = ["charge.succeeded", "payment_intent.succeeded", "checkout.session.async_payment_succeeded"];
    expect(await typesOf(session)).toEqual([...later, ...paid]);
  });

  it("later stays unpaid when the bank refuses", async () => {
    const session = await newSession();
    await act(session.id, "pay_later");
    await act(session.id, "bank_refuses");
    expect(await expanded(session.id)).toMatchObject({
      status: "complete",
      payment_status: "unpaid",
      payment_intent: {
        status: "requires_payment_method",
        last_payment_error: { message: expect.any(String) },
        latest_charge: { status: "failed" },
      },
    });
    expect((await typesOf(session)).slice(-3)).toEqual([
      "charge.failed",
      "payment_intent.payment_failed",
      "checkout.session.async_payment_failed",
    ]);
    expect(await act(session.id, "bank_pays")).toMatchObject({ status: 400 });
  });

  it.each([
    ["pay", ["us_bank_account"]],
    ["pay_later", ["card"]],
  ] as const)(
    "cannot %s with a method that the session does not take",
    async (action, allowed_payment_method_types) => {
      const session = await newSession({ allowed_payment_method_types: [...allowed_payment_method_types] });
      expect(await act(session.id, action)).toMatchObject({
        status: 400,
        body: { error: { message: /does not take/ } },
      });
    },
  );

  it("each event keeps the object as it was at that moment", async () => {
    const session = await newSession();
    await act(session.id, "decline");
    await act(session.id, "pay");
    const objects = (await eventsOf(session)).map(({ data }) => data.object);
    expect(objects.map((object) => ("status" in object ? object.status : ""))).toEqual([
      "requires_payment_method",
      "failed",
      "requires_payment_method",
      "succeeded",
      "succeeded",
      "complete",
    ]);
  });
});

describe("expiring", () => {
  afterEach(() => vi.useRealTimers());

  it("ends an open session for good, and only an open one", async () => {
    const session = await newSession();
    expect(await stripe.checkout.sessions.expire(session.id)).toMatchObject({ status: "expired", url: null });
    expect(await typesOf(session)).toEqual(["checkout.session.expired"]);
    await expect(stripe.checkout.sessions.expire(session.id)).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringContaining("has a status of `expired`"),
    });
    expect(await act(session.id, "pay")).toMatchObject({ status: 400 });
  });

  it("happens by itself when the time has come", async () => {
    const now = Math.floor(Date.now() / 1000);
    const session = await newSession({ expires_at: now + 31 * 60 });
    vi.useFakeTimers({ toFake: ["Date"], now: (now + 32 * 60) * 1000 });
    await waitFor(async () => expect(await typesOf(session)).toEqual(["checkout.session.expired"]));
  });
});

describe("changing", () => {
  it("adds to a session's metadata, whatever became of it, and tells nobody", async () => {
    const session = await newSession({ metadata: { cart: "1", colour: "red" } });
    const update = (metadata: Record<string, string>) =>
      stripe.checkout.sessions.update(session.id, { metadata, expand: ["payment_intent"] });
    expect(await update({ order: "7", colour: "" })).toMatchObject({
      id: session.id,
      status: "open",
      payment_intent: null,
      metadata: { cart: "1", order: "7" },
    });
    await act(session.id, "pay");
    expect(await update({ order: "8" })).toMatchObject({
      status: "complete",
      payment_intent: { object: "payment_intent", metadata: {} },
      metadata: { cart: "1", order: "8" },
    });
    expect((await stripe.checkout.sessions.retrieve(session.id)).metadata).toEqual({ cart: "1", order: "8" });
    expect(await typesOf(session)).toEqual(PAID);
  });

  it("changes an intent's metadata and description, but not the transfer group that Checkout gave it", async () => {
    const session = await newSession({
      payment_intent_data: { transfer_group: "cart_1", metadata: { cart: "1" } },
    });
    await act(session.id, "pay");
    const { payment_intent } = await stripe.checkout.sessions.retrieve(session.id);
    const update = (params: Stripe.PaymentIntentUpdateParams) =>
      stripe.paymentIntents.update(String(payment_intent), params);
    expect(await update({ metadata: { order: "7" }, description: "Order 7" })).toMatchObject({
      metadata: { cart: "1", order: "7" },
      description: "Order 7",
      transfer_group: "cart_1",
    });
    await expect(update({ transfer_group: "order_7" })).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringContaining("(transfer_group) cannot be used when modifying a PaymentIntent"),
    });
  });
});

it("finds sessions, charges and intents by what they belong to", async () => {
  const session = await newSession({ payment_intent_data: { transfer_group: "order_9" } });
  await newSession();
  await act(session.id, "pay");
  const { payment_intent } = await stripe.checkout.sessions.retrieve(session.id);
  const intent = String(payment_intent);
  expect((await stripe.checkout.sessions.list({ payment_intent: intent })).data).toMatchObject([
    { id: session.id },
  ]);
  expect((await stripe.charges.list({ payment_intent: intent })).data).toMatchObject([
    { transfer_group: "order_9" },
  ]);
  expect((await stripe.paymentIntents.list({ limit: 1 })).data).toMatchObject([{ id: intent }]);
  const [charge] = (
    await stripe.charges.list({ transfer_group: "order_9", expand: ["data.balance_transaction"] })
  ).data;
  const balance = charge?.balance_transaction as Stripe.BalanceTransaction;
  expect(await stripe.balanceTransactions.retrieve(balance.id, { expand: ["source"] })).toMatchObject({
    fee: 117,
    source: { id: charge?.id },
  });
});

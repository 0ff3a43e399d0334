import { describe, expect, it } from "vitest";
import { waitFor } from "../../../support/wait.ts";
import { newPlatform, newReceiver, PAID, sessionParams, simulatorForTests } from "../support.ts";

const url = await simulatorForTests();

async function sell({ stripe, act }: Awaited<ReturnType<typeof newPlatform>>) {
  const { id } = await stripe.checkout.sessions.create(sessionParams());
  await act(id, "pay");
  return stripe.checkout.sessions.retrieve(id, { expand: ["payment_intent.latest_charge"] });
}

describe("a fault", () => {
  it("is off at first, changes on its own, and is each account's own", async () => {
    const [here, there] = [await newPlatform(url), await newPlatform(url)];
    const none = {
      late_fee: false,
      refund_pending: "",
      reversal_refused: false,
      settlement: null,
      duplicate_deliveries: false,
      disorder: false,
      rate_limit: 0,
      unavailable: 0,
      error_before_effect: 0,
      error_after_success: 0,
      slow_ms: 0,
      late_effect: false,
      only: "",
    };
    expect((await here.control("/weather")).body).toEqual(none);
    expect((await here.setFaults({ rate_limit: 2 })).body).toEqual({ ...none, rate_limit: 2 });
    expect((await here.setFaults({ disorder: true })).body).toEqual({
      ...none,
      rate_limit: 2,
      disorder: true,
    });
    expect((await there.control("/weather")).body).toEqual(none);
    expect(await here.control("/weather", { snow: true })).toMatchObject({ status: 400 });
  });

  it("settles the fee late unless it is told not to, with an event of its own", async () => {
    const fresh = await fetch(`${url}/simulator/accounts`, {
      method: "POST",
      body: '{"display_name":"Space","secret_keys":["sk_test_withlatefees"]}',
    });
    expect(fresh.status).toBe(200);
    const weather = await fetch(`${url}/simulator/weather`, {
      headers: { Authorization: "Bearer sk_test_withlatefees" },
    });
    expect(await weather.json()).toMatchObject({ late_fee: true });
    const platform = await newPlatform(url);
    await platform.setFaults({ late_fee: true });
    const session = await sell(platform);
    expect(session).toMatchObject({
      payment_status: "paid",
      payment_intent: { latest_charge: { balance_transaction: null } },
    });
    await waitFor(async () =>
      expect((await platform.stripe.events.list({ type: "charge.updated" })).data).toMatchObject([
        {
          data: {
            object: { balance_transaction: expect.stringMatching(/^txn_/) },
            previous_attributes: { balance_transaction: null },
          },
        },
      ]),
    );
  });

  it("brings every event twice", async () => {
    const platform = await newPlatform(url);
    const receiver = await newReceiver();
    await platform.stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ["*"] });
    await platform.setFaults({ duplicate_deliveries: true });
    await sell(platform);
    await waitFor(() => expect(receiver.types()).toEqual(PAID.flatMap((type) => [type, type])));
    expect(new Set(receiver.received.map(({ event }) => event.id)).size).toBe(4);
  });

  it("brings the events of one change in reverse", async () => {
    const platform = await newPlatform(url);
    const receiver = await newReceiver();
    await platform.stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ["*"] });
    await platform.setFaults({ disorder: true });
    await sell(platform);
    await waitFor(() => expect(receiver.types()).toEqual(PAID.toReversed()));
  });

  it("brings a change before the one that happened first", async () => {
    const platform = await newPlatform(url);
    const receiver = await newReceiver();
    await platform.stripe.webhookEndpoints.create({
      url: receiver.url,
      enabled_events: ["checkout.session.completed"],
    });
    await platform.setFaults({ disorder: true });
    await sell(platform);
    await sell(platform);
    const created = () => receiver.received.map(({ event }) => event.id);
    await waitFor(() => expect(created()).toHaveLength(2));
    const { data } = await platform.stripe.events.list({ type: "checkout.session.completed" });
    // Stripe lists the newest first.
    expect(created()).toEqual(data.map(({ id }) => id));
  });

  it.each([
    ["rate_limit", { statusCode: 429, code: "rate_limit", type: "StripeRateLimitError" }],
    ["unavailable", { statusCode: 503, type: "StripeAPIError" }],
  ])("refuses the next requests: %s", async (kind, error) => {
    const { stripe, setFaults } = await newPlatform(url);
    await setFaults({ [kind]: 2 });
    await expect(stripe.checkout.sessions.create(sessionParams())).rejects.toMatchObject(error);
    await expect(stripe.events.list()).rejects.toMatchObject(error);
    expect((await stripe.checkout.sessions.list()).data).toEqual([]);
  });

  it("loses the answer of a request that worked", async () => {
    const { stripe, setFaults } = await newPlatform(url);
    await setFaults({ error_after_success: 1 });
    await stripe.events.list(); // reading is not concerned
    await expect(stripe.checkout.sessions.create(sessionParams())).rejects.toMatchObject({
      statusCode: 500,
      type: "StripeAPIError",
    });
    expect((await stripe.checkout.sessions.list()).data).toHaveLength(1);
  });
});

it("keeps a 500 for the idempotency key, with and without the effect", async () => {
  const { stripe, setFaults } = await newPlatform(url);
  const create = (idempotencyKey: string) =>
    stripe.checkout.sessions.create(sessionParams(), { idempotencyKey });
  const count = async () => (await stripe.checkout.sessions.list()).data.length;
  await setFaults({ error_before_effect: 1 });
  await expect(create("first")).rejects.toMatchObject({ statusCode: 500 });
  expect(await count()).toBe(0);
  await expect(create("first")).rejects.toMatchObject({ statusCode: 500 });
  expect(await create("second")).toHaveProperty("id");
  expect(await count()).toBe(1);
});

it("takes effect after its caller has given up, and is in use until then", async () => {
  const { stripe, setFaults, raw } = await newPlatform(url);
  await setFaults({ slow_ms: 1_000, late_effect: true, only: "POST /v1/checkout/sessions" });
  const params = sessionParams();
  const options = { idempotencyKey: "patient", timeout: 200, maxNetworkRetries: 0 };
  await expect(stripe.checkout.sessions.create(params, options)).rejects.toMatchObject({
    type: "StripeConnectionError",
  });
  expect((await stripe.checkout.sessions.list()).data).toEqual([]);
  expect(
    await raw("POST", "/v1/checkout/sessions", "mode=payment", { "Idempotency-Key": "patient" }),
  ).toMatchObject({ status: 409, body: { error: { code: "idempotency_key_in_use" } } });
  await waitFor(async () => expect((await stripe.checkout.sessions.list()).data).toHaveLength(1));
  const again = await stripe.checkout.sessions.create(params, { idempotencyKey: "patient" });
  expect((await stripe.checkout.sessions.list()).data).toMatchObject([{ id: again.id }]);
});

it("meets only requests to the path it is kept to", async () => {
  const platform = await newPlatform(url);
  await platform.setFaults({ unavailable: 1, only: "/v1/webhook_endpoints" });
  expect(await platform.stripe.accounts.retrieveCurrent()).toHaveProperty("id");
  await expect(platform.stripe.webhookEndpoints.list()).rejects.toMatchObject({ statusCode: 503 });
  expect(await platform.stripe.webhookEndpoints.list()).toHaveProperty("data");
});

it("meets only requests of the method that stands before the path", async () => {
  const platform = await newPlatform(url);
  const { id } = await platform.stripe.checkout.sessions.create(sessionParams());
  await platform.setFaults({ rate_limit: 1, only: "POST /v1/checkout/sessions" });
  expect(await platform.stripe.checkout.sessions.retrieve(id)).toHaveProperty("id");
  const update = () => platform.stripe.checkout.sessions.update(id, { metadata: { order: "1" } });
  await expect(update()).rejects.toMatchObject({ statusCode: 429 });
  expect(await update()).toHaveProperty("id");
});

it("is slow for one, and holds up nobody else", async () => {
  const [slow, other] = [await newPlatform(url), await newPlatform(url)];
  await slow.setFaults({ slow_ms: 60_000 });
  const finished: string[] = [];
  void slow.stripe.accounts.retrieveCurrent().then(
    () => finished.push("slow"),
    () => {},
  );
  await other.stripe.accounts.retrieveCurrent().then(() => finished.push("other"));
  expect(finished).toEqual(["other"]);
});

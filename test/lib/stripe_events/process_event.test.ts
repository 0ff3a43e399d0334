import { beforeAll, describe, expect, it } from "vitest";
import { checkoutSessionCompleted } from "../../../lib/stripe_events/handlers/checkout.session.completed.ts";
import { handledEvent, processEvent } from "../../../lib/stripe_events/process_event.ts";
import { replayEvent } from "../../../lib/stripe_events/replay_event.ts";
import { forgetPlatform } from "../../../lib/utilities/platform.ts";
import { saveApiToken } from "../../support/api_tokens.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { contextOf } from "../../support/handled_event.ts";
import { changeOrder } from "../../support/money_rows.ts";
import { anOrder, atStripe, orderNow, weather } from "../../support/orders.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { ageLastRun, storedEvent } from "../../support/stored_events.ts";
import { tableCallsOf } from "../../support/table_calls.ts";

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
});

/** Receives an event, runs it, and answers its row. */
async function run(of: TestSpace, facts: Parameters<typeof anEvent>[0]) {
  const { id, body } = anEvent(facts);
  await deliver(of, body);
  const received = await storedEvent(of, id);
  if (!received) throw new Error("not stored");
  await processEvent(received);
  const event = await storedEvent(of, id);
  return { ...event, last: event?.runs.at(-1) };
}

const completed = (session: string) => ({
  type: "checkout.session.completed",
  object: { id: session, object: "checkout.session" },
});

/** The Utility's key, saved as a member would: this Lambda forgets the former one. */
async function saveKey({ space, utility }: TestSpace, apiToken: string | undefined): Promise<void> {
  await saveApiToken(space, apiToken, utility);
  forgetPlatform(space);
}

describe("a run", () => {
  it("hands the event to the handler of its type", async () => {
    const order = await anOrder(space);
    await atStripe(space, "pay", order.checkout_session);
    expect(await run(space, completed(order.checkout_session))).toMatchObject({
      status: "succeeded",
      marketplace: order.marketplace,
      last: {
        outcome: "succeeded",
        detail: expect.stringMatching(`^Order ${order.id} is paid now`),
        ms: expect.any(Number),
      },
    });
    expect(await orderNow(order)).toMatchObject({ status: "paid" });
  });

  it("keeps the hint of an event while it fails, and takes the handler's word when there is one", async () => {
    const order = await anOrder(space);
    await atStripe(space, "pay", order.checkout_session);
    const claimed = { marketplace: space.second.marketplace, order: order.id };
    const facts = {
      ...completed(order.checkout_session),
      object: { id: order.checkout_session, metadata: claimed },
    };
    await weather(space, { unavailable: 2 });
    const failing = await run(space, facts);
    expect(failing).toMatchObject({ status: "retrying", ...claimed });
    expect(failing.proved).toBeUndefined();
    const { marketplace, id } = order;
    expect(await run(space, facts)).toMatchObject({ status: "succeeded", marketplace, order: id });
  });

  it("names nobody where the handler has found that nobody's Order is paid, whatever the metadata says", async () => {
    const { stripe } = await contextOf(space);
    const session = await stripe.checkout.sessions.create({
      mode: "payment",
      success_url: "https://shop.example/thanks",
      line_items: [
        { price_data: { currency: "usd", unit_amount: 500, product_data: { name: "Tea" } }, quantity: 1 },
      ],
    });
    const metadata = { marketplace: space.first.marketplace, order: (await anOrder(space)).id };
    const event = await run(space, { ...completed(session.id), object: { id: session.id, metadata } });
    expect(event).toMatchObject({ status: "ignored", hint: metadata });
    expect(event.marketplace ?? event.order).toBeUndefined();
  });

  it("ignores a type without a handler, and will let it expire", async () => {
    expect(await run(space, { type: "customer.created" })).toMatchObject({
      status: "ignored",
      last: { outcome: "ignored", detail: "no handler for customer.created" },
    });
  });

  it("reads nothing but its own for what a Space's buyers are known by: with a handler, nothing; without one, once a minute", async () => {
    const shop = await aSpace();
    await weather(shop, { late_fee: false });
    const order = await anOrder(shop);
    await atStripe(shop, "pay", order.checkout_session);
    const received = async (facts: Parameters<typeof anEvent>[0]) => {
      const { id, body } = anEvent(facts);
      await deliver(shop, body);
      const event = await storedEvent(shop, id);
      if (!event) throw new Error("not stored");
      return event;
    };
    const [first, second] = [await received({}), await received({})];
    const paid = await received(completed(order.checkout_session));
    forgetPlatform(shop.space);
    const callsOf = async (event: typeof first) => (await tableCallsOf(() => processEvent(event))).calls;
    expect(await callsOf(first)).toEqual(["Query", "UpdateItem"]);
    expect(await callsOf(second)).toEqual(["UpdateItem"]);
    await processEvent(paid);
    const again = await received(completed(order.checkout_session));
    const context = await contextOf(shop);
    const event = handledEvent("checkout.session.completed", again);
    const { calls: handled } = await tableCallsOf(() => checkoutSessionCompleted(event, context));
    expect(await callsOf(again)).toEqual([...handled, "UpdateItem"]);
  });

  it("ignores a type that only looks like one of the registry's", async () => {
    expect(await run(space, { type: "constructor" })).toMatchObject({ status: "ignored" });
  });

  it("ignores an event of the other mode", async () => {
    const order = await anOrder(space);
    await atStripe(space, "pay", order.checkout_session);
    expect(await run(space, { ...completed(order.checkout_session), livemode: true })).toMatchObject({
      status: "ignored",
      last: { detail: "an event of live mode, and this Space's key is of test mode" },
    });
    expect(await orderNow(order)).toMatchObject({ status: "open" });
  });

  it("looks again an hour later where Stripe has no such object for the Space's key, as with another platform's event", async () => {
    const other = await aSpace();
    const order = await anOrder(other);
    await atStripe(other, "pay", order.checkout_session);
    const missing = `Stripe has no ${order.checkout_session} for this Space's key`;
    const later = {
      outcome: "retrying",
      detail: `${missing}; it is looked for again in an hour`,
      cause: "stripe:resource_missing",
    };

    const event = await run(space, completed(order.checkout_session));
    expect(event).toMatchObject({ status: "retrying", last: later });
    const waits = Date.parse(event.due_at ?? "") - Date.now();
    expect(waits).toBeGreaterThan(59 * 60_000);
    expect(waits).toBeLessThanOrEqual(60 * 60_000);

    const id = event.id ?? "";
    // Whoever replays it before gets the same answer.
    expect(await replayEvent(space.space, id, "a test")).toMatchObject({
      status: "retrying",
      runs: [later, later],
    });
    await ageLastRun({ space: space.space, id }, 60 * 60_000);
    const again = await replayEvent(space.space, id, "a test");
    expect(again).toMatchObject({ status: "ignored" });
    expect(again.runs.at(-1)).toMatchObject({
      outcome: "ignored",
      detail: `${missing}, and had none an hour before`,
    });
    expect(again.due_at).toBeUndefined();
    expect(await orderNow(order)).toMatchObject({ status: "open" });
  });

  it("waits that hour for a missing object even at the end of an event's three days: it is never dead for it", async () => {
    const { id, body } = anEvent(completed("cs_test_of_nobody"));
    await deliver(space, body);
    const received = await storedEvent(space, id);
    if (!received) throw new Error("not stored");
    await processEvent({
      ...received,
      received_at: new Date(Date.now() - 72 * 60 * 60_000).toISOString(),
    });
    expect(await storedEvent(space, id)).toMatchObject({ status: "retrying" });
  });

  it("gives up at once on an event whose object has no id", async () => {
    expect(await run(space, { type: "checkout.session.completed", object: {} })).toMatchObject({
      status: "dead",
      last: { cause: "handler:object_without_id" },
    });
  });

  it("names the mistake of ours that a handler failed by, and no request of Stripe's, which answered", async () => {
    const order = await anOrder(space);
    await atStripe(space, "pay", order.checkout_session);
    await changeOrder(order, { amount_total: "not an amount" });
    const { status, last } = await run(space, completed(order.checkout_session));
    expect([status, last?.cause]).toEqual(["retrying", "handler:ValiError@find_row.ts"]);
    expect(last?.request_id).toBeUndefined();
  });

  it("gives up at once on what claims an Order that it does not fit, and says by which code", async () => {
    const [order, other] = [await anOrder(space), await anOrder(space)];
    await atStripe(space, "pay", order.checkout_session);
    await changeOrder(order, { checkout_session: other.checkout_session });
    expect(await run(space, completed(order.checkout_session))).toMatchObject({
      status: "dead",
      marketplace: order.marketplace,
      last: { cause: "handler:order_mismatch" },
    });
  });

  it("will try again where Stripe does not answer, and where it answers wrongly", async () => {
    const order = await anOrder(space);
    await weather(space, { unavailable: 2 });
    const event = await run(space, completed(order.checkout_session));
    expect(event).toMatchObject({ status: "retrying", last: { outcome: "retrying" } });
    expect(event.last?.detail).toContain("Stripe answered 503");
    expect(event.last).toMatchObject({
      cause: "stripe:http_503",
      request_id: expect.stringMatching(/^req_\w+$/),
    });
    expect(event.due_at && event.due_at > new Date().toISOString()).toBe(true);
  });

  it("counts no attempt where Stripe asks to slow down", async () => {
    const order = await anOrder(space);
    await weather(space, { rate_limit: 2 });
    expect(await run(space, completed(order.checkout_session))).toMatchObject({
      status: "retrying",
      runs: [],
    });
  });

  it("waits for a key, and goes on with the next one where a key is refused", async () => {
    const keyless = await aSpace();
    const order = await anOrder(keyless);
    await atStripe(keyless, "pay", order.checkout_session);
    await saveKey(keyless, undefined);
    expect(await run(keyless, completed(order.checkout_session))).toMatchObject({
      status: "retrying",
      last: { detail: "the Space has no Stripe key yet", cause: "stripe:no_api_token" },
    });
    await saveKey(keyless, "sk_test_revoked0000000000");
    expect(await run(keyless, completed(order.checkout_session))).toMatchObject({
      status: "retrying",
      last: { detail: "Stripe refuses the Space's key", cause: "stripe:key_refused" },
    });
    // Saved by another Lambda, which cannot tell this one to forget the old key.
    await saveApiToken(keyless.space, keyless.stripeSecretKey, keyless.utility);
    expect(await run(keyless, completed(order.checkout_session))).toMatchObject({ status: "succeeded" });
  });
});

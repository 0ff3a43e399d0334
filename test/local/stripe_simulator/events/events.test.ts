import { afterEach, describe, expect, it, vi } from "vitest";
import { newPlatform, PAID, sessionParams, simulatorForTests } from "../support.ts";

const url = await simulatorForTests();

async function sold() {
  const platform = await newPlatform(url, ["Vendor"]);
  const session = await platform.stripe.checkout.sessions.create(sessionParams());
  await platform.act(session.id, "pay");
  return { ...platform, session };
}

afterEach(() => vi.useRealTimers());

describe("the list of events", () => {
  it("has the newest first, typed and complete", async () => {
    const { stripe, session } = await sold();
    const { data } = await stripe.events.list();
    expect(data.map(({ type }) => type)).toEqual(PAID.toReversed());
    expect(data[0]).toMatchObject({
      id: expect.stringMatching(/^evt_/),
      api_version: "2026-10-28.endive",
      livemode: false,
      pending_webhooks: 0,
      request: { id: null, idempotency_key: null },
      data: { object: { id: session.id, payment_status: "paid" } },
    });
    expect(await stripe.events.retrieve(data[0]?.id ?? "")).toEqual(expect.objectContaining(data[0]));
  });

  it("can be asked by type, by several types and by a kind of type", async () => {
    const { stripe } = await sold();
    const types = async (params: { type?: string; types?: string[] }) =>
      (await stripe.events.list(params)).data.map(({ type }) => type);
    expect(await types({ type: "charge.succeeded" })).toEqual(["charge.succeeded"]);
    expect(await types({ types: ["charge.succeeded", "checkout.session.completed"] })).toEqual([
      "checkout.session.completed",
      "charge.succeeded",
    ]);
    expect(await types({ type: "payment_intent.*" })).toEqual([
      "payment_intent.succeeded",
      "payment_intent.created",
    ]);
    expect(await types({ type: "refund.failed" })).toEqual([]);
  });

  it("can be asked by time", async () => {
    const { stripe, act } = await sold();
    const now = Math.floor(Date.now() / 1000);
    vi.useFakeTimers({ toFake: ["Date"], now: (now + 100) * 1000 });
    const later = await stripe.checkout.sessions.create(sessionParams());
    await act(later.id, "expire");
    const count = async (created: object | number) => (await stripe.events.list({ created })).data.length;
    expect(await count({ gt: now + 99 })).toBe(1);
    expect(await count({ gte: now + 100 })).toBe(1);
    expect(await count({ gt: now + 100 })).toBe(0);
    expect(await count(now + 100)).toBe(1);
    expect(await count({ lt: now + 100 })).toBe(4);
    expect(await count({ lte: now + 100 })).toBe(5);
    expect(await count({ lte: now + 99 })).toBe(4);
    expect(await count(now + 99)).toBe(0);
  });

  it("is paged in both directions", async () => {
    const { stripe } = await sold();
    const first = await stripe.events.list({ limit: 3 });
    expect(first).toMatchObject({ has_more: true, url: "/v1/events" });
    const second = await stripe.events.list({ limit: 3, starting_after: first.data[2]?.id ?? "" });
    expect(second).toMatchObject({ has_more: false, data: [{ type: "payment_intent.created" }] });
    const back = await stripe.events.list({ limit: 2, ending_before: second.data[0]?.id ?? "" });
    expect(back.data.map(({ type }) => type)).toEqual(["payment_intent.succeeded", "charge.succeeded"]);
    expect(back.has_more).toBe(true);
  });

  it("is each mode's and each account's own", async () => {
    const { stripe, live, connected, act } = await sold();
    const [stripeAccount = ""] = connected;
    expect((await live.events.list()).data).toEqual([]);
    expect((await stripe.events.list({}, { stripeAccount })).data).toEqual([]);
    const session = await stripe.checkout.sessions.create(sessionParams(), { stripeAccount });
    await stripe.checkout.sessions.expire(session.id, {}, { stripeAccount });
    expect((await stripe.events.list({}, { stripeAccount })).data).toMatchObject([
      { type: "checkout.session.expired", account: stripeAccount },
    ]);
    expect((await stripe.events.list()).data[0]).not.toHaveProperty("account");
    expect(await act(session.id, "pay")).toMatchObject({ status: 404 });
  });
});

describe("an event of another time", () => {
  it("stands in the list where it happened, and is there for 30 days", async () => {
    const { stripe, control } = await sold();
    const now = Math.floor(Date.now() / 1000);
    const [paid, succeeded] = (await stripe.events.list()).data;
    const day = 24 * 60 * 60;
    for (const [event, days] of [
      [paid, 2],
      [succeeded, 3],
    ] as const)
      expect(await control(`/events/${event?.id}`, { created: now - days * day })).toMatchObject({
        status: 200,
      });
    const lately = await stripe.events.list({ created: { gte: now - 4 * day, lt: now - day }, limit: 1 });
    expect(lately).toMatchObject({ data: [{ id: paid?.id, created: now - 2 * day }], has_more: true });
    const before = await stripe.events.list({ starting_after: paid?.id ?? "" });
    expect(before.data.map(({ id }) => id)).toEqual([succeeded?.id]);

    await control(`/events/${paid?.id}`, { created: now - 31 * day });
    expect((await stripe.events.list({ created: { lt: now - day } })).data).toMatchObject([
      { id: succeeded?.id },
    ]);
    await expect(stripe.events.retrieve(paid?.id ?? "")).rejects.toMatchObject({ code: "resource_missing" });
  });
});

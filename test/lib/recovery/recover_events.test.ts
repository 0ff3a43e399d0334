import { beforeEach, describe, expect, it, vi } from "vitest";
import { limitConcurrency } from "../../../lib/async/limit_concurrency.ts";
import { after, now } from "../../../lib/clock.ts";
import { cursorsOf, recoverEvents } from "../../../lib/recovery/recover_events.ts";
import { completeUntil, type Findings, findRecovery, saveRecovery } from "../../../lib/spaces/recovery.ts";
import { stripeClient } from "../../../lib/stripe_client.ts";
import { processEvent } from "../../../lib/stripe_events/process_event.ts";
import { findRegistered } from "../../../lib/stripe_webhook_endpoints/registered_endpoints.ts";
import { deliver } from "../../support/deliveries.ts";
import { ageEndpoints } from "../../support/endpoints.ts";
import { anOrder, orderNow, weather } from "../../support/orders.ts";
import { ago, anUnheardPayment, aPass, DAY_MS, HOUR_MS, MINUTE_MS } from "../../support/recovery.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { storedEvent } from "../../support/stored_events.ts";

let space: TestSpace;
beforeEach(async () => {
  space = await aSpace();
});

/** A pass over the events, and what it found. */
async function recover(facts?: Parameters<typeof aPass>[1]) {
  const found: NonNullable<Findings["events"]> = { pages: 0, listed: 0, known: 0, put_in: 0 };
  await recoverEvents(await aPass(space, facts), found);
  return found;
}

const rowNow = async () => {
  const recovery = await findRecovery(space.space);
  if (!recovery) throw new Error("nothing was saved");
  return recovery;
};
const mark = async (): Promise<string> => completeUntil(await rowNow()) ?? "";
const secondsBetween = (one: string, other: string): number => (Date.parse(other) - Date.parse(one)) / 1000;

/** So long ago, give or take what a loaded machine takes for it. */
const isAbout = (ms: number) => (time: unknown) =>
  Math.abs(Date.parse(String(time)) - (Date.now() - ms)) < MINUTE_MS;

describe("events that never came", () => {
  it("are put in, marked as recovered, and go the way of any other", async () => {
    const { order, event } = await anUnheardPayment(space, 5 * MINUTE_MS);
    expect(await recover()).toMatchObject({ put_in: 1, known: 0 });
    const stored = await storedEvent(space, event);
    expect(stored).toMatchObject({ status: "received", recovered: true, runs: [{ first: true }] });
    expect(stored?.verified_with).toBeUndefined();
    if (stored) await processEvent(stored);
    expect(await orderNow(order)).toMatchObject({ status: "paid" });
  });

  it("are put in once, however often it is looked, and whether or not they come after all", async () => {
    const { event } = await anUnheardPayment(space, 5 * MINUTE_MS);
    await recover();
    const first = await storedEvent(space, event);
    const body = JSON.stringify(await stripeClient(space.stripeSecretKey).events.retrieve(event));
    expect(await deliver(space, body)).toMatchObject({ statusCode: 200 });
    expect(await recover()).toMatchObject({ put_in: 0, known: 1 });
    expect(await storedEvent(space, event)).toEqual(first);
  });

  it("are no others than those that have a handler, from the last minute on left to their deliveries", async () => {
    await anUnheardPayment(space, 0);
    expect(await recover()).toMatchObject({ listed: 0 });
    expect(secondsBetween(await mark(), new Date().toISOString())).toBeGreaterThanOrEqual(60);
    expect(secondsBetween(await mark(), new Date().toISOString())).toBeLessThan(90);
  });
});

describe("windows", () => {
  it("begin when the key was saved, and then two hours before the mark", async () => {
    const before = await anUnheardPayment(space, 3 * HOUR_MS);
    const since = await anUnheardPayment(space, HOUR_MS);
    expect(await recover({ since: 2 * HOUR_MS })).toMatchObject({
      from: expect.toSatisfy(isAbout(2 * HOUR_MS)),
      put_in: 1,
    });
    expect(await storedEvent(space, since.event)).toBeDefined();
    expect(await storedEvent(space, before.event)).toBeUndefined();
    const first = await mark();
    const { from = "" } = await recover({ since: DAY_MS });
    expect(secondsBetween(from, first)).toBe(2 * 60 * 60);
  });

  it("do not reach behind the day the key was saved", async () => {
    await recover({ since: HOUR_MS });
    expect(await recover({ since: HOUR_MS })).toMatchObject({
      from: expect.toSatisfy(isAbout(HOUR_MS)),
    });
  });

  it("are of six hours at most after an outage, and join without a gap", async () => {
    const payments = [];
    for (const hours of [19.5, 13, 12, 7, 6, 0.5])
      payments.push(await anUnheardPayment(space, hours * HOUR_MS));
    expect(await recover({ since: 20 * HOUR_MS })).toMatchObject({ pages: 4, put_in: 6 });
    for (const { event } of payments) expect(await storedEvent(space, event)).toBeDefined();
  });

  it("end when the time is over, with the mark where the last whole one ended, and go on from there", async () => {
    const { event } = await anUnheardPayment(space, HOUR_MS);
    const past = now();
    expect(await recover({ since: 20 * HOUR_MS, until: past })).toMatchObject({ pages: 1, put_in: 0 });
    expect(await mark()).toSatisfy(isAbout(14 * HOUR_MS));
    expect(await recover({ since: 20 * HOUR_MS })).toMatchObject({ put_in: 1 });
    expect(await storedEvent(space, event)).toBeDefined();
  });

  it("that are cut off leave the mark, and go on behind the last event that was read", async () => {
    const stripe = stripeClient(space.stripeSecretKey);
    const inTurn = limitConcurrency(6);
    await Promise.all(
      Array.from({ length: 102 }, () =>
        inTurn(async () => stripe.checkout.sessions.expire((await anOrder(space)).checkout_session)),
      ),
    );
    // As if a minute had passed.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 2 * MINUTE_MS });
    try {
      expect(await recover({ until: now(), since: 4 * HOUR_MS })).toMatchObject({ pages: 1, put_in: 100 });
      const { events } = await rowNow();
      expect(events).toMatchObject([{ cut_off: { starting_after: expect.stringMatching(/^evt_/) } }]);
      expect(events[0]?.until).toBe(events[0]?.cut_off?.from);
      expect(await recover({ since: 4 * HOUR_MS })).toMatchObject({ put_in: 2 });
      expect((await rowNow()).events[0]?.cut_off).toBeUndefined();
    } finally {
      vi.useRealTimers();
    }
  });

  it("stay where they are where Stripe asks us to slow down", async () => {
    await recover({ since: 20 * HOUR_MS, until: now() });
    const before = await mark();
    await weather(space, { rate_limit: 1, only: "/v1/events" });
    await expect(recover({ since: 20 * HOUR_MS })).rejects.toMatchObject({ statusCode: 429 });
    expect(await mark()).toBe(before);
    await recover({ since: 20 * HOUR_MS });
    expect(await mark()).not.toBe(before);
  });

  it("say what lies too far back for Stripe to list, and go on behind it", async () => {
    const { recovery } = await aPass(space);
    const [cursor] = cursorsOf([], ago(40 * DAY_MS));
    if (cursor)
      await saveRecovery({
        ...recovery,
        events: [
          {
            ...cursor,
            cut_off: { from: ago(41 * DAY_MS), to: ago(40 * DAY_MS), starting_after: "evt_gone" },
          },
        ],
      });
    const { event } = await anUnheardPayment(space, 29 * DAY_MS);
    const gone = await anUnheardPayment(space, 31 * DAY_MS);
    await recover({ since: 50 * DAY_MS, until: after(now(), 20_000) });
    const { out_of_reach } = await rowNow();
    expect(out_of_reach?.from).toSatisfy(isAbout(40 * DAY_MS));
    expect(out_of_reach?.to).toSatisfy(isAbout(30 * DAY_MS));
    expect(await storedEvent(space, event)).toBeDefined();
    expect(await storedEvent(space, gone.event)).toBeUndefined();
  });
});

describe("groups of types", () => {
  const types = Array.from({ length: 25 }, (_, index) => `type.${String(index).padStart(2, "0")}`);

  it("are of twenty at most, each with a cursor of its own", () => {
    const cursors = cursorsOf([], "2026-01-01T00:00:00.000Z", types);
    expect(cursors.map((cursor) => cursor.types.length)).toEqual([20, 5]);
    expect(cursors.map(({ until }) => until)).toEqual(Array(2).fill("2026-01-01T00:00:00.000Z"));
  });

  it("go on where they stood, and those that were grouped in another way where the least was read", () => {
    const [first, second] = cursorsOf([], "2026-01-01T00:00:00.000Z", types);
    if (!first || !second) throw new Error("two groups");
    const before = [
      { ...first, until: "2026-01-03T00:00:00.000Z" },
      { ...second, until: "2026-01-02T00:00:00.000Z" },
    ];
    expect(cursorsOf(before, "2025-12-31T00:00:00.000Z", types.toReversed())).toEqual(before);
    const without = cursorsOf(before, "2025-12-31T00:00:00.000Z", types.slice(1));
    expect(without.map(({ until }) => until)).toEqual([
      "2026-01-02T00:00:00.000Z",
      "2026-01-02T00:00:00.000Z",
    ]);
    const withNew = cursorsOf(before, "2025-12-31T00:00:00.000Z", [...types, "type.99"]);
    expect(withNew.map(({ until }) => until)).toEqual([
      "2026-01-03T00:00:00.000Z",
      "2025-12-31T00:00:00.000Z",
    ]);
  });
});

describe("that an endpoint does not deliver", () => {
  it("is said with the endpoint and the time, of events that are older than ten minutes", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    await ageEndpoints(space, DAY_MS);
    await anUnheardPayment(space, 9 * MINUTE_MS);
    await recover();
    expect((await rowNow()).undelivered).toBeUndefined();
    await anUnheardPayment(space, 70 * MINUTE_MS);
    await anUnheardPayment(space, 80 * MINUTE_MS);
    await recover();
    const [platform] = (await findRegistered(space.space)).endpoints;
    const { undelivered } = await rowNow();
    expect(undelivered).toMatchObject({ events: 2, endpoint: platform?.id });
    expect(undelivered?.oldest).toSatisfy(isAbout(80 * MINUTE_MS));
    expect(console.warn).toHaveBeenCalledWith(expect.stringContaining("an endpoint did not deliver events"));
    vi.restoreAllMocks();
  });

  it("is not said of what happened before there was one", async () => {
    await anUnheardPayment(space, HOUR_MS);
    await recover();
    expect((await rowNow()).undelivered).toBeUndefined();
  });
});

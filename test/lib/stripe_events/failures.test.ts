import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { limitConcurrency } from "../../../lib/async/limit_concurrency.ts";
import { listFailures } from "../../../lib/stripe_events/failures.ts";
import { finishRun } from "../../../lib/stripe_events/finish_run.ts";
import { processEvent } from "../../../lib/stripe_events/process_event.ts";
import { replayEvent } from "../../../lib/stripe_events/replay_event.ts";
import { retryDue } from "../../../lib/stripe_events/retry_due.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { contextOf } from "../../support/handled_event.ts";
import { anOrder, atStripe, weather } from "../../support/orders.ts";
import { ownTables } from "../../support/own_tables.ts";
import { PATIENCE_MS } from "../../support/patience.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { aFailingEvent, makeDue, storedEvent } from "../../support/stored_events.ts";
import { tableCallsOf } from "../../support/table_calls.ts";
import { writeUnitsOf } from "../../support/write_units.ts";

// Retry looks at all that is due.
beforeAll(ownTables);

let space: TestSpace;
beforeEach(async () => {
  space = await aSpace();
});

/** The n-th minute of a day. */
const minute = (n: number): Date => new Date(Date.UTC(2026, 10, 23, 12, n));
const iso = (n: number): string => minute(n).toISOString();
const soon = () => new Date(Date.now() + PATIENCE_MS);

describe("what fails", () => {
  it("is nothing where every event was handled, or waits for its first run", async () => {
    await deliver(space, anEvent().body);
    expect(await listFailures(space.space)).toEqual({
      data: [],
      as_of: expect.any(String),
      complete: true,
    });
  });

  it("stands under its cause, with how many, since when, of whom, and one of them", async () => {
    const { marketplace } = space.second;
    const object = { id: "cs_1", metadata: { marketplace } };
    await aFailingEvent(space, "stripe:http_503", { began: minute(2), type: "charge.updated" });
    await aFailingEvent(space, "stripe:http_503", { began: minute(1), outcome: "dead", object });
    const last = await aFailingEvent(space, "stripe:http_503", { began: minute(5), type: "charge.updated" });
    // One cause may begin as another does.
    const other = await aFailingEvent(space, "stripe:http_50", { began: minute(3) });
    await aFailingEvent(await aSpace(), "stripe:http_503", { began: minute(4) });

    expect((await listFailures(space.space)).data).toEqual([
      {
        cause: "stripe:http_503",
        count: 3,
        dead: 1,
        retrying: 2,
        counted_all: true,
        first: iso(1),
        last: iso(5),
        types: ["customer.created", "charge.updated"],
        marketplaces: [marketplace],
        example: last,
      },
      {
        cause: "stripe:http_50",
        count: 1,
        dead: 0,
        retrying: 1,
        counted_all: true,
        first: iso(3),
        last: iso(3),
        types: ["customer.created"],
        marketplaces: [],
        example: other,
      },
    ]);
  });

  it("is read at one query, however many events do not fail", async () => {
    for (const cause of ["stripe:timeout", "table:TimeoutError", "handler:TypeError@settle.ts"])
      await aFailingEvent(space, cause);
    for (let n = 0; n < 5; n++) await deliver(space, anEvent().body);
    const { calls, result } = await tableCallsOf(() => listFailures(space.space));
    expect(calls).toEqual(["Query"]);
    expect(result.data.map(({ cause }) => cause)).toEqual([
      "handler:TypeError@settle.ts",
      "stripe:timeout",
      "table:TimeoutError",
    ]);
  });

  it("is counted to a thousand of a cause, says so, and still finds the last of it and what comes behind it", async () => {
    const inTurn = limitConcurrency(25);
    await Promise.all(
      Array.from({ length: 1_003 }, (_, n) =>
        inTurn(() => aFailingEvent(space, "stripe:http_500", { began: minute(n) })),
      ),
    );
    await aFailingEvent(space, "stripe:http_503");
    const { data, complete } = await listFailures(space.space);
    expect(complete).toBe(true);
    expect(data).toMatchObject([
      { cause: "stripe:http_500", count: 1_000, counted_all: false, first: iso(0), last: iso(1_002) },
      { cause: "stripe:http_503", count: 1, counted_all: true },
    ]);
  });
});

describe("an event", () => {
  const failing = async () =>
    (await listFailures(space.space)).data.map(({ cause, count, dead }) => ({ cause, count, dead }));

  async function received(session: string): Promise<string> {
    const { id, body } = anEvent({ type: "checkout.session.completed", object: { id: session } });
    await deliver(space, body);
    return id;
  }

  async function run(id: string): Promise<void> {
    const event = await storedEvent(space, id);
    if (event) await processEvent(event);
  }

  it("fails from its first failure on, by what fails it now, until a retry succeeds", async () => {
    const order = await anOrder(space);
    await atStripe(space, "pay", order.checkout_session);
    const id = await received(order.checkout_session);
    await weather(space, { unavailable: 2 });
    await run(id);
    const first = (await storedEvent(space, id))?.failing;
    expect(await failing()).toEqual([{ cause: "stripe:http_503", count: 1, dead: 0 }]);

    await weather(space, { unavailable: 2 });
    await makeDue(space, id);
    await retryDue(soon());
    // It fails by the same as before: since then.
    expect((await storedEvent(space, id))?.failing).toBe(first);

    const again = await storedEvent(space, id);
    if (again)
      await finishRun(again, { outcome: "retrying", cause: "stripe:timeout", detail: "no" }, new Date());
    expect(await failing()).toEqual([{ cause: "stripe:timeout", count: 1, dead: 0 }]);

    await makeDue(space, id);
    await retryDue(soon());
    const ended = await storedEvent(space, id);
    expect([ended?.status, ended?.failing]).toEqual(["succeeded", undefined]);
    expect(await failing()).toEqual([]);
  });

  it("that is given up fails until it is replayed, and from then on anew", async () => {
    const id = await aFailingEvent(space, "handler:order_mismatch", {
      began: minute(1),
      outcome: "dead",
      type: "checkout.session.completed",
      object: {},
    });
    expect(await failing()).toEqual([{ cause: "handler:order_mismatch", count: 1, dead: 1 }]);
    await replayEvent(space.space, id, "a test");
    const { data } = await listFailures(space.space);
    expect(data).toMatchObject([{ cause: "handler:object_without_id", count: 1, dead: 1 }]);
    expect(data[0]?.first && data[0].first > iso(1)).toBe(true);
  });

  it("keeps failing as it did where Stripe asks to slow down, which is no try", async () => {
    const order = await anOrder(space);
    const id = await received(order.checkout_session);
    await weather(space, { unavailable: 2 });
    await run(id);
    await weather(space, { rate_limit: 2 });
    await makeDue(space, id);
    await retryDue(soon());
    expect(await failing()).toEqual([{ cause: "stripe:http_503", count: 1, dead: 0 }]);
  });

  it("that succeeds at once takes six write units at most, none of them in the index of what fails", async () => {
    const order = await anOrder(space);
    await atStripe(space, "pay", order.checkout_session);
    const { stripe } = await contextOf(space);
    const session = await stripe.checkout.sessions.retrieve(order.checkout_session);
    const { id, body } = anEvent({ type: "checkout.session.completed", object: { ...session } });
    const stored = await writeUnitsOf(() => deliver(space, body));
    const event = await storedEvent(space, id);
    if (!event) throw new Error("not stored");
    const finished = await writeUnitsOf(() =>
      finishRun(event, { outcome: "succeeded", detail: "Order paid" }, new Date()),
    );
    expect([Object.keys(stored), Object.keys(finished)].flat()).not.toContain("failing");
    expect(stored.sum + finished.sum).toBeLessThanOrEqual(6);
  });

  it("that fails takes one more unit when it begins to, none while it goes on, and one when it ends", async () => {
    const id = await received("cs_1");
    const finish = async (outcome: Parameters<typeof finishRun>[1]) => {
      const event = await storedEvent(space, id);
      if (!event) throw new Error("not stored");
      return await writeUnitsOf(() => finishRun(event, outcome, new Date()));
    };
    const fails = { outcome: "retrying", cause: "stripe:timeout", detail: "no" } as const;
    expect(await finish(fails)).toMatchObject({ failing: 1 });
    expect((await finish(fails)).failing ?? 0).toBe(0);
    expect(await finish({ outcome: "succeeded", detail: "yes" })).toMatchObject({ failing: 1 });
  });
});

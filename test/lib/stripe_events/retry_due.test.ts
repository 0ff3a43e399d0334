import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { eventKey } from "../../../lib/dynamodb/keys.ts";
import { retryDue } from "../../../lib/stripe_events/retry_due.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { anOrder, atStripe, orderNow, weather } from "../../support/orders.ts";
import { ownTables } from "../../support/own_tables.ts";
import { PATIENCE_MS } from "../../support/patience.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { makeDue, storedEvent } from "../../support/stored_events.ts";
import { throttle } from "../../support/throttling.ts";

await ownTables();

// One Space a test, in tables of this file alone: whatever is due is the test's own.
let space: TestSpace;
beforeEach(async () => {
  space = await aSpace();
});
afterEach(() => {
  vi.useRealTimers();
});

const soon = (): Date => new Date(Date.now() + PATIENCE_MS);

async function due(facts: Parameters<typeof anEvent>[0] = {}): Promise<string> {
  const { id, body } = anEvent(facts);
  await deliver(space, body);
  await makeDue(space, id);
  return id;
}

const completed = (session: string) => ({
  type: "checkout.session.completed",
  object: { id: session, object: "checkout.session" },
});

async function aPaidOrder() {
  const order = await anOrder(space);
  await atStripe(space, "pay", order.checkout_session);
  return order;
}

async function passTime(id: string, ms: number): Promise<void> {
  await dynamodb.send(
    new UpdateCommand({
      TableName: configuration.eventsTable,
      Key: eventKey(space.space, id),
      UpdateExpression: "SET received_at = :then",
      ExpressionAttributeValues: { ":then": new Date(Date.now() - ms).toISOString() },
    }),
  );
}

describe("retryDue", () => {
  it("takes up an event whose dispatch was lost, and shows the lost run", async () => {
    const order = await aPaidOrder();
    const id = await due(completed(order.checkout_session));
    expect(await retryDue(soon())).toBe(1);
    expect(await storedEvent(space, id)).toMatchObject({
      status: "succeeded",
      runs: [{}, { at: expect.any(String), outcome: "succeeded" }],
    });
    expect(await orderNow(order)).toMatchObject({ status: "paid" });
  });

  it("leaves alone what is not due, and what is finished", async () => {
    const { body } = anEvent();
    await deliver(space, body);
    const finished = await due();
    await retryDue(soon());
    expect(await retryDue(soon())).toBe(0);
    expect((await storedEvent(space, finished))?.due_at).toBeUndefined();
  });

  it("runs an event once where two retries meet", async () => {
    const ids = [];
    for (let n = 0; n < 20; n++) ids.push(await due());
    const runs = await Promise.all([retryDue(soon()), retryDue(soon()), retryDue(soon())]);
    expect(runs.reduce((sum, each) => sum + each, 0)).toBe(ids.length);
    for (const id of ids) expect((await storedEvent(space, id))?.runs).toHaveLength(2);
  });

  it("waits longer after each failure, and succeeds when what was wrong is right", async () => {
    const order = await aPaidOrder();
    const id = await due(completed(order.checkout_session));
    const waits: number[] = [];
    for (const failingFor of [0, 10 * 60_000, 5 * 60 * 60_000]) {
      await passTime(id, failingFor);
      await weather(space, { unavailable: 2 });
      await retryDue(soon());
      const event = await storedEvent(space, id);
      expect(event).toMatchObject({ status: "retrying" });
      waits.push(new Date(event?.due_at ?? 0).getTime() - Date.now());
      await makeDue(space, id);
    }
    const [first = 0, second = 0, third = 0] = waits;
    expect(first).toBeGreaterThan(10_000);
    expect(first).toBeLessThan(60_000);
    expect(second).toBeGreaterThan(4 * 60_000);
    expect(third).toBeGreaterThan(2 * 60 * 60_000);
    await retryDue(soon());
    expect(await storedEvent(space, id)).toMatchObject({ status: "succeeded" });
    expect(await orderNow(order)).toMatchObject({ entries: ["placed", "paid"] });
  });

  it("gives up after three days, and says why", async () => {
    const id = await due(completed((await aPaidOrder()).checkout_session));
    await passTime(id, 3 * 24 * 60 * 60_000 - 60_000);
    await weather(space, { unavailable: 2 });
    await retryDue(soon());
    const event = await storedEvent(space, id);
    expect(event).toMatchObject({ status: "dead" });
    expect(event?.due_at).toBeUndefined();
    expect(event?.runs.at(-1)).toMatchObject({
      outcome: "dead",
      detail: expect.stringContaining("three days"),
    });
  });

  it("tries an event at least once, though its three days were over before anybody came by", async () => {
    const order = await aPaidOrder();
    const id = await due(completed(order.checkout_session));
    await passTime(id, 5 * 24 * 60 * 60_000);
    await retryDue(soon());
    expect(await storedEvent(space, id)).toMatchObject({ status: "succeeded" });
    expect(await orderNow(order)).toMatchObject({ status: "paid" });
  });

  it("takes an item that cannot be read out of the index, and goes on", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const id = await due();
    await dynamodb.send(
      new UpdateCommand({
        TableName: configuration.eventsTable,
        Key: eventKey(space.space, id),
        UpdateExpression: "REMOVE livemode",
      }),
    );
    await retryDue(soon());
    expect(log.mock.calls.flat().join()).toContain("cannot be read");
    const Key = eventKey(space.space, id);
    const { Item } = await dynamodb.send(new GetCommand({ TableName: configuration.eventsTable, Key }));
    expect(Item).toMatchObject(Key);
    expect(Item?.due_at).toBeUndefined();
    log.mockRestore();
  });

  it("ends a crash loop as dead, without running it again", async () => {
    const order = await aPaidOrder();
    const id = await due(completed(order.checkout_session));
    await dynamodb.send(
      new UpdateCommand({
        TableName: configuration.eventsTable,
        Key: eventKey(space.space, id),
        UpdateExpression: "SET runs = :runs",
        ExpressionAttributeValues: {
          ":runs": Array.from({ length: 100 }, () => ({ at: new Date().toISOString() })),
        },
      }),
    );
    await retryDue(soon());
    expect(await storedEvent(space, id)).toMatchObject({ status: "dead" });
    expect(await orderNow(order)).toMatchObject({ status: "open" });
  });

  it("takes a 429 as no attempt, and leaves the rest of that Space for later, but no other Space's", async () => {
    const order = await aPaidOrder();
    const ids = [await due(completed(order.checkout_session))];
    await weather(space, { rate_limit: 50 });
    const other = await aSpace();
    const { id: othersId, body } = anEvent();
    await deliver(other, body);
    await makeDue(other, othersId);
    await retryDue(soon());
    const event = await storedEvent(space, ids[0] ?? "");
    expect(event).toMatchObject({ status: "retrying" });
    expect(event?.runs).toHaveLength(1);
    expect(new Date(event?.due_at ?? 0).getTime()).toBeGreaterThan(Date.now());
    expect(await storedEvent(other, othersId)).toMatchObject({ status: "ignored" });
  });

  it("does not let a Space whose Stripe is slow, and that has much due, keep another's events waiting", async () => {
    const { checkout_session } = await aPaidOrder();
    const slow = await Promise.all(Array.from({ length: 60 }, () => due(completed(checkout_session))));
    await weather(space, { slow_ms: 1_500 });
    const other = await aSpace();
    const ids: string[] = [];
    for (let n = 0; n < 20; n++) {
      const { id, body } = anEvent();
      await deliver(other, body);
      await makeDue(other, id);
      ids.push(id);
    }
    const retrying = retryDue(soon());
    for (const id of ids)
      await expect.poll(() => storedEvent(other, id)).toMatchObject({ status: "ignored" });
    // The slow Space's are still under way: eight at a time, each 1.5 s.
    const left = await Promise.all(slow.map((id) => storedEvent(space, id)));
    expect(left.some((event) => event?.due_at !== undefined)).toBe(true);
    await weather(space, { slow_ms: 0 });
    await retrying;
  });

  describe("leaves one event's trouble its own:", () => {
    /** Thirty events of another Space that are due, and have nothing wrong with them. */
    async function healthy(): Promise<() => Promise<(string | undefined)[]>> {
      const other = await aSpace();
      const ids: string[] = [];
      for (let n = 0; n < 30; n++) {
        const { id, body } = anEvent();
        await deliver(other, body);
        await makeDue(other, id);
        ids.push(id);
      }
      return () => Promise.all(ids.map(async (id) => (await storedEvent(other, id))?.status));
    }

    it("where the partition of its Orders throttles, it is tried again later, and the others are done", async () => {
      const order = await aPaidOrder();
      const id = await due(completed(order.checkout_session));
      const statuses = await healthy();
      using _throttled = throttle(order.marketplace);
      await retryDue(soon());
      expect(new Set(await statuses())).toEqual(new Set(["ignored"]));
      expect(await storedEvent(space, id)).toMatchObject({
        status: "retrying",
        runs: [{}, { outcome: "retrying", detail: expect.stringContaining("a table did not answer") }],
      });
    });

    it("where its own row throttles, the others are done", async () => {
      vi.spyOn(console, "error").mockImplementation(() => {});
      const id = await due();
      const statuses = await healthy();
      using _throttled = throttle(eventKey(space.space, id).pk);
      await retryDue(soon());
      expect(new Set(await statuses())).toEqual(new Set(["ignored"]));
      vi.restoreAllMocks();
    });
  });

  describe("what lost its last two runs with their process", () => {
    const lose = async (id: string, runs: number): Promise<void> => {
      const lost = Array.from({ length: runs }, () => ({ at: new Date().toISOString() }));
      await dynamodb.send(
        new UpdateCommand({
          TableName: configuration.eventsTable,
          Key: eventKey(space.space, id),
          UpdateExpression: "SET runs = :runs",
          ExpressionAttributeValues: { ":runs": lost },
        }),
      );
    };
    const lastRun = async (id: string) => {
      const { at = "", ms = 0 } = (await storedEvent(space, id))?.runs.at(-1) ?? {};
      return { from: Date.parse(at), to: Date.parse(at) + ms };
    };

    it("runs alone, when all else is done", async () => {
      const { checkout_session } = await aPaidOrder();
      const suspects = [await due(completed(checkout_session)), await due(completed(checkout_session))];
      for (const id of suspects) await lose(id, 2);
      const others = [await due(completed(checkout_session)), await due(completed(checkout_session))];
      await weather(space, { slow_ms: 100 });
      await retryDue(soon());
      const alone = await Promise.all(suspects.map(lastRun));
      const [one, other] = alone.toSorted((run, another) => run.from - another.from);
      const before = await Promise.all(others.map(lastRun));
      expect(one?.from).toBeGreaterThanOrEqual(Math.max(...before.map(({ to }) => to)));
      expect(other?.from).toBeGreaterThanOrEqual(one?.to ?? Number.POSITIVE_INFINITY);
    });

    it("keeps its count where there was no time for it", async () => {
      const { checkout_session } = await aPaidOrder();
      const suspect = await due(completed(checkout_session));
      await lose(suspect, 2);
      await due(completed(checkout_session));
      await weather(space, { slow_ms: 1_500 });
      await retryDue(new Date(Date.now() + 1_000));
      expect(await storedEvent(space, suspect)).toMatchObject({ status: "retrying", runs: [{}, {}] });
      expect((await storedEvent(space, suspect))?.runs).toHaveLength(2);
    });

    it("is no crash loop because of earlier runs that ended", async () => {
      const order = await aPaidOrder();
      const id = await due(completed(order.checkout_session));
      const ended = { at: new Date().toISOString(), outcome: "retrying", detail: "not yet" };
      await dynamodb.send(
        new UpdateCommand({
          TableName: configuration.eventsTable,
          Key: eventKey(space.space, id),
          UpdateExpression: "SET runs = :runs",
          ExpressionAttributeValues: { ":runs": Array.from({ length: 120 }, () => ended) },
        }),
      );
      await retryDue(soon());
      expect(await storedEvent(space, id)).toMatchObject({ status: "succeeded" });
    });
  });

  it("starts no run when its time is over", async () => {
    const id = await due();
    expect(await retryDue(new Date())).toBe(0);
    expect(await storedEvent(space, id)).toMatchObject({ runs: [{}] });
    await retryDue(soon());
    expect(await storedEvent(space, id)).toMatchObject({ runs: [{}, {}] });
  });
});

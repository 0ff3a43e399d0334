import { beforeAll, describe, expect, it } from "vitest";
import { toCursor } from "../../../lib/dynamodb/cursor.ts";
import type { EventFilter } from "../../../lib/stripe_events/event_filter.ts";
import { finishRun } from "../../../lib/stripe_events/finish_run.ts";
import { listEvents } from "../../../lib/stripe_events/list_events.ts";
import { processEvent } from "../../../lib/stripe_events/process_event.ts";
import { deliver, storeMany } from "../../support/deliveries.ts";
import { anEvent, nowS } from "../../support/events.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { aFailingEvent, storedEvent } from "../../support/stored_events.ts";
import { readUnitsOf } from "../../support/write_units.ts";

type Whose = { marketplace?: string; stripe_account?: string | undefined; limit?: number };

const pageOf = (
  { space }: { space: string },
  filter: EventFilter,
  { limit = 50, ...whose }: Whose = {},
  next?: string | null,
) => listEvents({ space, ...whose, filter, limit, next: next ?? undefined });

async function found(space: TestSpace, filter: EventFilter, whose: Whose = {}): Promise<string[]> {
  const ids: string[] = [];
  let next: string | null | undefined;
  do {
    const page = await pageOf(space, filter, whose, next);
    ids.push(...page.data.map(({ id }) => id));
    next = page.next;
  } while (next);
  return ids;
}

const ms = (seconds: number): number => seconds * 1_000;

describe("of a Space's log, a filter shows", () => {
  let space: TestSpace;
  const at = nowS() - 100;
  /** By their type: one that is ignored, and two that wait for their first run; a minute apart, the oldest first. */
  const ids: Record<string, string> = {};
  let accounts: string;
  /** One that has failed for a minute, and two that are dead. */
  let retrying: string;
  let dead: string[];

  beforeAll(async () => {
    space = await aSpace();
    for (const [n, type] of ["product.created", "charge.refunded", "charge.refund.updated"].entries()) {
      const { id, body } = anEvent({ type, created: at + n * 10 });
      await deliver(space, body);
      ids[type] = id;
    }
    const ignored = await storedEvent(space, ids["product.created"] ?? "");
    if (ignored) await processEvent(ignored);
    retrying = await aFailingEvent(space, "stripe:timeout", { began: new Date(ms(at)) });
    dead = [
      await aFailingEvent(space, "stripe:http_503", { began: new Date(ms(at)), outcome: "dead" }),
      await aFailingEvent(space, "stripe:timeout", {
        began: new Date(ms(at - 60)),
        outcome: "dead",
        type: "charge.failed",
        object: { id: "ch_1", metadata: { marketplace: space.second.marketplace } },
      }),
    ];
    const { id, body } = anEvent({ type: "account.updated", account: space.first.stripe_account ?? "" });
    await deliver(space, body);
    accounts = id;
  });

  const { first, second, third } = { first: at, second: at + 10, third: at + 20 };

  it("what stands so, newest first", async () => {
    expect(await found(space, { status: "ignored" })).toEqual([ids["product.created"]]);
    expect(await found(space, { status: "succeeded" })).toEqual([]);
    expect((await found(space, { status: "received" })).slice(-2)).toEqual([
      ids["charge.refund.updated"],
      ids["charge.refunded"],
    ]);
  });

  it("what is tried again, whether it failed or Stripe merely asked to slow down", async () => {
    const busy = await aSpace();
    const failed = await aFailingEvent(busy, "stripe:timeout");
    const { id, body } = anEvent();
    await deliver(busy, body);
    const waiting = await storedEvent(busy, id);
    if (!waiting) throw new Error("not stored");
    await finishRun(waiting, { outcome: "rate_limited", detail: "Stripe asks to slow down" }, new Date());
    expect((await found(busy, { status: "retrying" })).toSorted()).toEqual([failed, id].toSorted());
    expect(await found(busy, { status: "retrying", cause: "stripe:timeout" })).toEqual([failed]);
  });

  it("what fails, by its cause, the longest failing first", async () => {
    expect(await found(space, { status: "retrying" })).toEqual([retrying]);
    expect(await found(space, { status: "dead" })).toEqual(dead);
    expect(await found(space, { cause: "stripe:timeout" })).toEqual([dead[1], retrying]);
    expect(await found(space, { cause: "stripe:timeout", status: "dead" })).toEqual([dead[1]]);
    expect(await found(space, { cause: "stripe:time" })).toEqual([]);
    expect(await found(space, { status: "dead", type: "charge.*" })).toEqual([dead[1]]);
    expect(await found(space, { status: "dead", to: ms(at - 1) })).toEqual([]);
  });

  it("one Marketplace's of either", async () => {
    const { marketplace, stripe_account } = space.first;
    const theirs = { marketplace: space.second.marketplace, stripe_account: space.second.stripe_account };
    expect(await found(space, { status: "dead" }, theirs)).toEqual([dead[1]]);
    expect(await found(space, { status: "dead" }, { marketplace, stripe_account })).toEqual([]);
    expect(await found(space, { status: "received" }, { marketplace, stripe_account })).toEqual([accounts]);
  });

  it("a type, or all that begin so", async () => {
    expect(await found(space, { type: "charge.refunded" })).toEqual([ids["charge.refunded"]]);
    expect(await found(space, { type: "charge.refund.*" })).toEqual([ids["charge.refund.updated"]]);
    expect((await found(space, { type: "charge.*" })).toSorted()).toEqual(
      [ids["charge.refunded"], ids["charge.refund.updated"], dead[1]].toSorted(),
    );
  });

  it.each([
    [{ from: ms(second), to: ms(second) + 999 }, ["charge.refunded"]],
    [{ to: ms(second) }, ["charge.refunded", "product.created"]],
    [{ from: ms(second) - 1, to: ms(third) - 1 }, ["charge.refunded"]],
    [{ to: ms(first) - 1 }, []],
    [{ to: -1 }, []],
    [{ from: ms(first), to: ms(third), type: "charge.*" }, ["charge.refund.updated", "charge.refunded"]],
  ])("a span of time, with its ends: %j", async (filter, types) => {
    for (const limit of [1, 50])
      expect(await found(space, filter, { limit })).toEqual(types.map((type) => ids[type]));
  });

  it.each<[string, EventFilter, Record<string, unknown>]>([
    ["a newer event's", { to: ms(first) }, { id: "evt_1", created: second }],
    ["an older event's", { from: ms(third) }, { id: "evt_1", created: second }],
    ["another list's", { status: "dead" }, { id: "evt_1", created: second }],
    [
      "another cause's",
      { cause: "stripe:timeout" },
      { id: "evt_1", failing: "table:x 2026-11-23T12:00:00.000Z" },
    ],
    ["made up", { status: "dead" }, { id: "evt_1", failing: "~" }],
  ])("nothing for a cursor that is %s", async (_what, filter, place) => {
    await expect(pageOf(space, filter, {}, toCursor(place))).rejects.toMatchObject({
      status: 400,
      code: "invalid_field",
    });
  });
});

describe("of 1,200 events, one call reads", () => {
  let busy: TestSpace;
  const old = nowS() - 1_000;
  let dead: string[];

  beforeAll(async () => {
    busy = await aSpace();
    for (const n of [0, 1, 2])
      await deliver(busy, anEvent({ type: "charge.updated", created: old + n }).body);
    dead = [];
    for (const n of [0, 1, 2])
      dead.push(
        await aFailingEvent(busy, "stripe:timeout", { outcome: "dead", began: new Date(ms(old + n)) }),
      );
    await storeMany(busy, 1_200);
  });

  it("those of a span of time, and no more", async () => {
    const filter = { from: ms(old), to: ms(old + 2) };
    const { table = 0, log = 0 } = await readUnitsOf(async () => {
      expect((await pageOf(busy, filter)).data).toHaveLength(3);
    });
    // Half a unit for each event of at most 4 KB, and for as much of the index.
    expect(table).toBeLessThanOrEqual(1.5);
    expect(log).toBeLessThanOrEqual(0.5);
  });

  it("those that fail, and no more", async () => {
    const units = await readUnitsOf(async () => {
      expect((await pageOf(busy, { status: "dead" })).data.map(({ id }) => id)).toEqual(dead);
    });
    expect(units.table ?? 0).toBeLessThanOrEqual(1.5);
    expect(units.failing ?? 0).toBeLessThanOrEqual(0.5);
    const two = await readUnitsOf(() => pageOf(busy, { status: "dead" }, { limit: 2 }));
    expect(two.table ?? 0).toBeLessThanOrEqual(1);
    const none = await readUnitsOf(async () => {
      expect((await pageOf(busy, { status: "dead", type: "refund.*" })).data).toEqual([]);
    });
    expect(none.table ?? 0).toBe(0);
  });

  it("a thousand where no index has what is asked for, says how far it came, and goes on from there", async () => {
    const filter = { type: "charge.updated" };
    const first = await pageOf(busy, filter);
    expect(first).toMatchObject({ data: [], next: expect.any(String) });
    expect(Date.parse(first.searched_to ?? "")).toBeGreaterThan(ms(old + 2));
    const units = await readUnitsOf(() => pageOf(busy, filter));
    expect(units.table ?? 0).toBeLessThanOrEqual(500);
    const second = await pageOf(busy, filter, {}, first.next);
    expect(second.data).toHaveLength(3);
    expect(second).toMatchObject({ next: null });
    expect(second.searched_to).toBeUndefined();
  });
});

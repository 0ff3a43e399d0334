import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { limitConcurrency } from "../../../lib/async/limit_concurrency.ts";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { eventKey } from "../../../lib/dynamodb/keys.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { beginReplay } from "../../../lib/replays/begin_replay.ts";
import { stopReplay } from "../../../lib/replays/end_replay.ts";
import { getReplay, presentReplay, type Replay } from "../../../lib/replays/replay.ts";
import { runReplays } from "../../../lib/replays/run_replays.ts";
import { listFailures } from "../../../lib/stripe_events/failures.ts";
import { finishRun } from "../../../lib/stripe_events/finish_run.ts";
import { processEvent } from "../../../lib/stripe_events/process_event.ts";
import { replayEvent } from "../../../lib/stripe_events/replay_event.ts";
import { retryDue } from "../../../lib/stripe_events/retry_due.ts";
import { cachedPlatform, forgetPlatform } from "../../../lib/utilities/platform.ts";
import { saveApiToken } from "../../support/api_tokens.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { anOrder, atStripe, orderNow, weather } from "../../support/orders.ts";
import { ownTables } from "../../support/own_tables.ts";
import { PATIENCE_MS } from "../../support/patience.ts";
import { begunReplay, forgetLock, manyFailing, replay } from "../../support/replays.ts";
import { aNewSpace, aSpace, type TestSpace } from "../../support/spaces.ts";
import { aFailingEvent, makeDue, storedEvent } from "../../support/stored_events.ts";
import { throttle } from "../../support/throttling.ts";

// Whatever is replayed is the test's own.
await ownTables();

const CAUSE = "stripe:http_503";

let space: TestSpace;
beforeEach(async () => {
  space = await aSpace();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const ago = (ms: number): Date => new Date(Date.now() - ms);
const soon = (): Date => new Date(Date.now() + PATIENCE_MS);
const now = (): string => new Date().toISOString();
const shown = async ({ space: name, id }: Replay) => presentReplay(await getReplay(name, id));

/** An event of a paid Order's, which failed by the cause for so long. */
async function ofPaidOrder(outcome: "retrying" | "dead" = "retrying", ms = 60_000) {
  const order = await anOrder(space);
  await atStripe(space, "pay", order.checkout_session);
  const object = { id: order.checkout_session };
  const type = "checkout.session.completed";
  const id = await aFailingEvent(space, CAUSE, { outcome, type, object, began: ago(ms) });
  return { id, order };
}

/** One that nothing mends. */
const unmendable = () => aFailingEvent(space, CAUSE, { type: "checkout.session.completed", object: {} });

const runsOf = async (id: string) => (await storedEvent(space, id))?.runs.map(({ outcome }) => outcome);
const runCounts = async (ids: string[]) => {
  const inTurn = limitConcurrency(25);
  const events = await Promise.all(ids.map((id) => inTurn(() => storedEvent(space, id))));
  return Map.groupBy(events, (event) => event?.runs.length);
};
const audited = async () => {
  const { audit } = await readSpace(space.space);
  return audit.flatMap(({ actor, what }) => (what.includes("replay") ? [[actor, what]] : []));
};

/** Does something before the n-th save of how far a replay came. */
function beforeSave(n: number, work: () => Promise<unknown>): void {
  let saves = 0;
  dynamodb.middlewareStack.add(
    (next, { commandName }) =>
      async (request) => {
        const isSave = commandName === "UpdateItemCommand" || commandName === "UpdateCommand";
        if (isSave && JSON.stringify(request.input).includes("saves = :next") && ++saves === n) await work();
        return await next(request);
      },
    { step: "initialize", name: "before a save" },
  );
  onTestFinished(() => void dynamodb.middlewareStack.remove("before a save"));
}

const lost = () => Promise.reject(new Error("the process ends here"));

describe("a replay", () => {
  it("handles again what is given up and what is retried, of this cause and this Space, and is audited once", async () => {
    const [dead, retrying] = [await ofPaidOrder("dead"), await ofPaidOrder()];
    const other = await aFailingEvent(space, "stripe:http_50", { began: ago(60_000) });
    const elsewhere = await aSpace();
    const foreign = await aFailingEvent(elsewhere, CAUSE, { began: ago(60_000) });

    expect(presentReplay(await replay(space, { cause: CAUSE }))).toMatchObject({
      status: "finished",
      filter: { cause: CAUSE },
      total: 2,
      counted_all: true,
      replayed: 2,
      succeeded: 2,
      failed: 0,
      waiting: 0,
      left: 0,
      passed_over: 0,
      begun_by: "Dana",
      ended_at: expect.any(String),
    });
    for (const { id, order } of [dead, retrying]) {
      expect(await storedEvent(space, id)).toMatchObject({ status: "succeeded", runs: [{}, {}] });
      expect(await orderNow(order)).toMatchObject({ status: "paid", entries: ["placed", "paid"] });
    }
    expect(await runsOf(other)).toHaveLength(1);
    expect((await storedEvent(elsewhere, foreign))?.runs).toHaveLength(1);
    expect(await audited()).toEqual([["Dana", `began a replay of 2 events failing because of ${CAUSE}`]]);
  });

  it("is in the audit before anything is done", async () => {
    await ofPaidOrder();
    const { stripe } = await cachedPlatform(space.space);
    const seen: unknown[] = [];
    vi.spyOn(stripe.checkout.sessions, "retrieve").mockImplementation(async () => {
      seen.push(await audited());
      throw new Error("the process ends here");
    });
    await replay(space, { cause: CAUSE });
    expect(seen).toEqual([[["Dana", `began a replay of 1 event failing because of ${CAUSE}`]]]);
  });

  it("is the same where the same is asked for twice, one after the other or at once", async () => {
    const [mended, failing] = [(await ofPaidOrder()).id, await unmendable()];
    const asked = now();
    const both = await Promise.all([
      beginReplay(space.space, { cause: CAUSE, as_of: asked }, "Dana"),
      beginReplay(space.space, { cause: CAUSE, as_of: asked }, "Dana"),
    ]);
    expect(both.map(({ isNew }) => isNew).toSorted()).toEqual([false, true]);
    const third = await beginReplay(space.space, { cause: CAUSE, as_of: asked }, "Dana");
    expect(third.isNew).toBe(false);
    expect(new Set([...both, third].map(({ replay: { id } }) => id)).size).toBe(1);
    expect(presentReplay(third.replay)).toMatchObject({ status: "finished", succeeded: 1, failed: 1 });
    expect(await runsOf(mended)).toEqual(["retrying", "succeeded"]);
    expect(await runsOf(failing)).toEqual(["retrying", "dead"]);
    expect(await audited()).toHaveLength(1);
  });

  it("of nothing is refused, and is in no audit", async () => {
    const begun = replay(space, { cause: CAUSE });
    await expect(begun).rejects.toMatchObject({ status: 409, code: "nothing_to_replay" });
    expect(await audited()).toEqual([]);
  });

  it("of a moment to come is refused", async () => {
    await unmendable();
    const as_of = new Date(Date.now() + 60_000).toISOString();
    await expect(replay(space, { cause: CAUSE }, as_of)).rejects.toMatchObject({
      fields: { as_of: "must not be a time to come" },
    });
  });

  it("says how many failed again; they stand under what fails them now, and a later one takes them", async () => {
    const id = await unmendable();
    expect(presentReplay(await replay(space, { cause: CAUSE }))).toMatchObject({ replayed: 1, failed: 1 });
    const { data } = await listFailures(space.space);
    expect(data).toMatchObject([{ cause: "handler:object_without_id", count: 1, dead: 1 }]);
    await replay(space, { status: "dead" });
    expect(await runsOf(id)).toHaveLength(3);
  });
});

describe("what a replay is frozen at:", () => {
  it("what fails later, has been retried since, or replayed by hand, is not in it", async () => {
    const ids = await manyFailing(space, 4, CAUSE);
    const [retried = "", byHand = "", ...others] = ids;
    const as_of = now();
    const begun = await begunReplay(space, { cause: CAUSE }, as_of);
    const later = await aFailingEvent(space, CAUSE);
    await makeDue(space, retried);
    const event = await storedEvent(space, retried);
    if (event)
      await finishRun(
        { ...event },
        { outcome: "retrying", cause: CAUSE, detail: "still" },
        new Date(Date.now() + 1),
      );
    await replayEvent(space.space, byHand, "Robin");
    await runReplays(soon());
    expect(await runsOf(later)).toEqual(["retrying"]);
    expect(await runsOf(retried)).toEqual(["retrying"]);
    expect(await runsOf(byHand)).toEqual(["retrying", "ignored"]);
    for (const id of others) expect(await runsOf(id)).toEqual(["retrying", "ignored"]);
    expect(await shown(begun)).toMatchObject({ status: "finished", total: 4, succeeded: 2, passed_over: 2 });
  });

  it("what fails again stays as it is, though the list is read to its end", async () => {
    for (let n = 0; n < 3; n++) await unmendable();
    const begun = await replay(space, { status: "retrying" });
    expect(presentReplay(begun)).toMatchObject({ failed: 3, status: "finished" });
    const { data } = await listFailures(space.space);
    expect(data).toMatchObject([{ count: 3 }]);
  });

  it("of two replays of the same events, each event is handled by one", async () => {
    const ids = await manyFailing(space, 60, CAUSE);
    const first = await begunReplay(space, { cause: CAUSE });
    const second = await begunReplay(space, { type: "customer.*" });
    expect(second.total).toBe(60);
    await Promise.all([runReplays(soon()), runReplays(soon())]);
    await runReplays(soon());
    expect([...(await runCounts(ids)).keys()]).toEqual([2]);
    expect(await shown(first)).toMatchObject({ status: "finished", succeeded: 60, passed_over: 0 });
    expect(await shown(second)).toMatchObject({ status: "finished", replayed: 0, passed_over: 60 });
  });

  it("what is being handled is left to whoever does", async () => {
    const { id } = await ofPaidOrder();
    const begun = await begunReplay(space, { cause: CAUSE });
    const { stripe } = await cachedPlatform(space.space);
    const retrieve = stripe.checkout.sessions.retrieve.bind(stripe.checkout.sessions);
    vi.spyOn(stripe.checkout.sessions, "retrieve").mockImplementationOnce(async (...asked) => {
      // In the middle of the run by hand.
      await runReplays(soon());
      return await retrieve(asked[0]);
    });
    await replayEvent(space.space, id, "Robin");
    expect(await runsOf(id)).toEqual(["retrying", "succeeded"]);
    expect(await shown(begun)).toMatchObject({ status: "finished", replayed: 0, passed_over: 1 });
  });
});

describe("which events a replay is of:", () => {
  /** By their places in this list. */
  async function someEvents(): Promise<string[]> {
    const { marketplace } = space.second;
    const object = { id: "cs_1", metadata: { marketplace } };
    return [
      await aFailingEvent(space, CAUSE, { outcome: "dead", created: 1_000 }),
      await aFailingEvent(space, CAUSE, { type: "plan.updated", created: 2_000 }),
      await aFailingEvent(space, "stripe:timeout", { object, created: 3_000 }),
      await finished("customer.created", 2_000),
      await finished("plan.updated", 4_000),
    ];
  }

  async function finished(type: string, created: number): Promise<string> {
    const { id, body } = anEvent({ type, created });
    await deliver(space, body);
    const event = await storedEvent(space, id);
    if (event) await processEvent(event);
    return id;
  }

  it.each<[string, () => Parameters<typeof replay>[1], number[]]>([
    ["a cause", () => ({ cause: CAUSE }), [0, 1]],
    ["what is given up", () => ({ status: "dead" }), [0]],
    ["what is retried", () => ({ status: "retrying" }), [1, 2]],
    ["a type", () => ({ type: "plan.updated" }), [1]],
    ["how types begin, finished or not", () => ({ type: "plan.*", finished: true }), [1, 4]],
    ["a Marketplace", () => ({ marketplace: space.second.marketplace }), [2]],
    ["a time", () => ({ from: 2_000_000, to: 2_999_999 }), [1]],
    ["a time, finished or not", () => ({ from: 2_000_000, to: 2_999_999, finished: true }), [1, 3]],
    ["what there was nothing to do for", () => ({ status: "ignored", finished: true }), [3, 4]],
    [
      "all of it at once",
      () => ({ cause: CAUSE, status: "dead", type: "customer.created", to: 1_000_000 }),
      [0],
    ],
  ])("%s", async (_what, filter, which) => {
    const ids = await someEvents();
    const begun = presentReplay(await replay(space, filter()));
    expect(begun).toMatchObject({ status: "finished", total: which.length, succeeded: which.length });
    const runs = await Promise.all(ids.map(runsOf));
    expect(runs.flatMap((each, n) => (each?.length === 2 ? [n] : []))).toEqual(which);
  });

  it("a Marketplace of another Space's is none", async () => {
    await unmendable();
    const { marketplace } = (await aSpace()).first;
    await expect(replay(space, { marketplace })).rejects.toMatchObject({
      fields: { marketplace: "is none of this Space's" },
    });
  });
});

describe("a replay goes on by itself", () => {
  it("through hundreds, each once, from where it came to, whatever was lost in between", async () => {
    // At the same moment, all of them: the index tells them apart by nothing else.
    const ids = await manyFailing(space, 250, CAUSE, { began: ago(60_000) });
    const begun = await begunReplay(space, { cause: CAUSE });
    vi.spyOn(console, "error").mockImplementation(() => {});
    beforeSave(3, lost);
    await runReplays(soon());
    const halfway = await shown(begun);
    expect(halfway).toMatchObject({ status: "running", total: 250, replayed: 80, left: 170 });
    await forgetLock(space);
    await runReplays(soon());
    expect([...(await runCounts(ids)).keys()]).toEqual([2]);
    // What was handled before the third save is counted by nobody.
    expect(await shown(begun)).toMatchObject({
      status: "finished",
      succeeded: 210,
      passed_over: 40,
      left: 0,
    });
  });

  it("through what is finished, too", async () => {
    const ids = await manyFailing(space, 130, CAUSE);
    await replay(space, { cause: CAUSE });
    const begun = await begunReplay(space, { type: "customer.created", finished: true });
    beforeSave(2, lost);
    vi.spyOn(console, "error").mockImplementation(() => {});
    await runReplays(soon());
    await forgetLock(space);
    await runReplays(soon());
    expect([...(await runCounts(ids)).keys()]).toEqual([3]);
    expect(await shown(begun)).toMatchObject({ status: "finished", succeeded: 90, passed_over: 40 });
  });

  it("until it is stopped: what is under way is counted, and nothing more is begun", async () => {
    const ids = await manyFailing(space, 100, CAUSE);
    const begun = await begunReplay(space, { cause: CAUSE });
    beforeSave(1, () => stopReplay(space.space, begun.id, "Robin"));
    await runReplays(soon());
    await runReplays(soon());
    expect(await shown(begun)).toMatchObject({
      status: "stopped",
      stopped_by: "Robin",
      succeeded: 40,
      left: 60,
    });
    expect((await runCounts(ids)).get(1)).toHaveLength(60);
    expect(await audited()).toEqual([
      ["Robin", `stopped the replay of events failing because of ${CAUSE}`],
      ["Dana", `began a replay of 100 events failing because of ${CAUSE}`],
    ]);
    // Once more changes nothing, and the same request does not begin it again.
    expect(await stopReplay(space.space, begun.id, "Dana")).toMatchObject({ stopped_by: "Robin" });
    expect(await replay(space, { cause: CAUSE }, begun.as_of)).toMatchObject({
      id: begun.id,
      status: "stopped",
    });
    expect(await audited()).toHaveLength(2);
  });

  it("where its time is over, later", async () => {
    const ids = await manyFailing(space, 3, CAUSE);
    const begun = await begunReplay(space, { cause: CAUSE });
    await runReplays(new Date());
    expect([...(await runCounts(ids)).keys()]).toEqual([1]);
    expect(await shown(begun)).toMatchObject({ status: "running", left: 3 });
    await runReplays(soon());
    expect(await shown(begun)).toMatchObject({ status: "finished", succeeded: 3 });
  });
});

describe("a replay leaves room:", () => {
  it("where Stripe asks to slow down, the rest is for later, and nothing counts as failed", async () => {
    const paid = [await ofPaidOrder(), await ofPaidOrder(), await ofPaidOrder()];
    for (let n = 0; n < 9; n++) await ofPaidOrder();
    await weather(space, { rate_limit: 1_000 });
    const begun = await begunReplay(space, { cause: CAUSE });
    await runReplays(soon());
    await weather(space, { rate_limit: 0 });
    const { replayed, waiting, failed, left, status } = await shown(begun);
    expect([status, failed, waiting]).toEqual(["running", 0, replayed]);
    expect(replayed).toBeGreaterThan(0);
    expect(left).toBe(12 - replayed);
    await runReplays(soon());
    expect(await shown(begun)).toMatchObject({
      status: "finished",
      succeeded: left,
      waiting,
      passed_over: 0,
    });
    for (const { id } of paid) if ((await storedEvent(space, id))?.due_at) await makeDue(space, id);
    await retryDue(soon());
    for (const { order } of paid) expect(await orderNow(order)).toMatchObject({ status: "paid" });
  });

  it("of what asks Stripe, it begins three a second in test mode", async () => {
    for (let n = 0; n < 5; n++) await unmendable();
    const began = performance.now();
    await replay(space, { cause: CAUSE });
    // The first at once.
    expect(performance.now() - began).toBeGreaterThan(4 * 333);
  });

  it("one Space's, whose Stripe is slow, does not hold up another's", async () => {
    for (let n = 0; n < 12; n++) await ofPaidOrder();
    await weather(space, { slow_ms: 1_500 });
    const slow = await begunReplay(space, { cause: CAUSE });
    const other = await aSpace();
    await manyFailing(other, 60, CAUSE);
    const begun = await begunReplay(other, { cause: CAUSE });
    const running = runReplays(soon());
    await expect.poll(() => shown(begun)).toMatchObject({ status: "finished", succeeded: 60 });
    expect(await shown(slow)).toMatchObject({ status: "running", replayed: 0 });
    await weather(space, { slow_ms: 0 });
    await running;
    expect(await shown(slow)).toMatchObject({ status: "finished", succeeded: 12 });
  });
});

describe("trouble", () => {
  const ofTroubled = async () => {
    const first = await aFailingEvent(space, CAUSE, { began: ago(60_000) });
    const ids = [first, ...(await manyFailing(space, 19, CAUSE))];
    return { ids, begun: await begunReplay(space, { cause: CAUSE }) };
  };

  it("with the table is waited for", async () => {
    const { ids, begun } = await ofTroubled();
    vi.spyOn(console, "error").mockImplementation(() => {});
    {
      using _throttled = throttle(eventKey(space.space, ids[0] ?? "").pk);
      await runReplays(soon());
    }
    expect(await shown(begun)).toMatchObject({ status: "running", replayed: 0 });
    await runReplays(soon());
    expect(await shown(begun)).toMatchObject({ status: "finished", succeeded: 20 });
  });

  it("with one event's row ends this minute's turn, and is passed over by the next", async () => {
    const { ids, begun } = await ofTroubled();
    vi.spyOn(console, "error").mockImplementation(() => {});
    const [troubled = ""] = ids;
    {
      using _refused = refuseWritesOf(eventKey(space.space, troubled).pk);
      for (let turns = 0; turns < 2; turns++) await runReplays(soon());
    }
    expect(await shown(begun)).toMatchObject({ status: "finished", succeeded: 19, passed_over: 1 });
    expect(await runsOf(troubled)).toEqual(["retrying"]);
  });

  it("with one that cannot be read is its own", async () => {
    const { ids, begun } = await ofTroubled();
    vi.spyOn(console, "error").mockImplementation(() => {});
    await dynamodb.send(
      new UpdateCommand({
        TableName: configuration.eventsTable,
        Key: eventKey(space.space, ids[0] ?? ""),
        UpdateExpression: "REMOVE livemode",
      }),
    );
    await runReplays(soon());
    expect(await shown(begun)).toMatchObject({ status: "finished", succeeded: 19, passed_over: 1 });
  });

  it("a Space without a Stripe key ends its replay, and leaves its events as they are", async () => {
    const { space: name } = await aNewSpace();
    const id = await aFailingEvent({ space: name }, "stripe:no_api_token");
    const begun = await replay({ space: name }, { status: "retrying" });
    expect(presentReplay(begun)).toMatchObject({
      status: "stopped",
      stopped_for: "stripe:no_api_token",
      stopped_by: null,
      replayed: 0,
      left: 1,
    });
    expect((await storedEvent({ space: name }, id))?.runs).toHaveLength(1);
  });

  it("a key that Stripe refuses ends it with the first that fails by it", async () => {
    for (let n = 0; n < 12; n++) await ofPaidOrder();
    await saveApiToken(space.space, "sk_test_revoked0000000000", space.utility);
    forgetPlatform(space.space);
    const begun = await replay(space, { cause: CAUSE });
    const { status, stopped_for, left } = presentReplay(begun);
    expect([status, stopped_for]).toEqual(["stopped", "stripe:key_refused"]);
    expect(left).toBeGreaterThan(0);
  });
});

/** Lets no write of this process through that names this key. */
function refuseWritesOf(key: string): Disposable {
  const name = `refuse ${key}`;
  dynamodb.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (request) => {
        if (/Transact/.test(commandName) && JSON.stringify(request.input).includes(JSON.stringify(key)))
          throw Object.assign(new Error("throttled"), { $metadata: {} });
        return await next(request);
      },
    { step: "initialize", name },
  );
  return { [Symbol.dispose]: () => void dynamodb.middlewareStack.remove(name) };
}

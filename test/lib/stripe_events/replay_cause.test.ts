import { setImmediate } from "node:timers/promises";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { limitConcurrency } from "../../../lib/async/limit_concurrency.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { listFailures } from "../../../lib/stripe_events/failures.ts";
import { replayCause } from "../../../lib/stripe_events/replay_cause.ts";
import { cachedPlatform } from "../../../lib/utilities/platform.ts";
import { anOrder, atStripe, orderNow, weather } from "../../support/orders.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { aFailingEvent, storedEvent } from "../../support/stored_events.ts";

const CAUSE = "stripe:http_503";

let space: TestSpace;
beforeEach(async () => {
  space = await aSpace();
});

const ago = (ms: number): Date => new Date(Date.now() - ms);
const byNow = (cause = CAUSE) => ({ cause, by: new Date().toISOString() });
const replay = (what = byNow()) => replayCause(space.space, what, "Dana");

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
const unmendable = (ms = 60_000) =>
  aFailingEvent(space, CAUSE, { type: "checkout.session.completed", object: {}, began: ago(ms) });

const runsOf = async (id: string) => (await storedEvent(space, id))?.runs.map(({ outcome }) => outcome);
const audited = async () => {
  const { audit } = await readSpace(space.space);
  return audit.flatMap(({ actor, what }) => (what.startsWith("replayed") ? [[actor, what]] : []));
};

/** Answers what the index said first, whatever became of it since. */
function readIndexOnce(): void {
  let first: object | undefined;
  dynamodb.middlewareStack.add(
    (next, { commandName }) =>
      async (request) => {
        if (commandName !== "QueryCommand" || !JSON.stringify(request.input).includes('"failing"'))
          return await next(request);
        const answer = await next(request);
        first ??= answer.output;
        return { ...answer, output: Object.assign(answer.output, first) };
      },
    { step: "initialize", name: "an index that is behind" },
  );
  onTestFinished(() => void dynamodb.middlewareStack.remove("an index that is behind"));
}

describe("replaying a cause", () => {
  it("handles again what is given up and what is retried, of this cause and this Space, and is audited once", async () => {
    const [dead, retrying] = [await ofPaidOrder("dead"), await ofPaidOrder()];
    const other = await aFailingEvent(space, "stripe:http_50", { began: ago(60_000) });
    const elsewhere = await aSpace();
    const foreign = await aFailingEvent(elsewhere, CAUSE, { began: ago(60_000) });

    expect(await replay()).toEqual({
      replayed: 2,
      succeeded: 2,
      failed: 0,
      waiting: 0,
      left: 0,
      counted_all: true,
    });
    for (const { id, order } of [dead, retrying]) {
      expect(await storedEvent(space, id)).toMatchObject({ status: "succeeded", runs: [{}, {}] });
      expect(await orderNow(order)).toMatchObject({ status: "paid", entries: ["placed", "paid"] });
    }
    expect(await runsOf(other)).toHaveLength(1);
    expect((await storedEvent(elsewhere, foreign))?.runs).toHaveLength(1);
    expect(await audited()).toEqual([["Dana", `replayed events that failed by ${CAUSE}: 2`]]);
  });

  it("is audited before anything is done", async () => {
    await ofPaidOrder();
    const { stripe } = await cachedPlatform(space.space);
    const seen: unknown[] = [];
    const retrieve = vi.spyOn(stripe.checkout.sessions, "retrieve").mockImplementation(async () => {
      seen.push(await audited());
      throw new Error("the process ends here");
    });
    await replay();
    retrieve.mockRestore();
    expect(seen).toEqual([[["Dana", `replayed events that failed by ${CAUSE}: 1`]]]);
  });

  it("does nothing twice where the same is asked twice, one after the other or at once", async () => {
    const [mended, failing] = [(await ofPaidOrder()).id, await unmendable()];
    const asked = byNow();
    const both = await Promise.all([replay(asked), replay(asked)]);
    const third = await replay(asked);
    expect([...both, third].reduce((sum, { replayed }) => sum + replayed, 0)).toBe(2);
    expect(third).toEqual({
      replayed: 0,
      succeeded: 0,
      failed: 0,
      waiting: 0,
      left: 0,
      counted_all: true,
    });
    expect(await runsOf(mended)).toEqual(["retrying", "succeeded"]);
    expect(await runsOf(failing)).toEqual(["retrying", "dead"]);
  });

  it("writes no audit where nothing fails by it", async () => {
    expect(await replay(byNow("stripe:timeout"))).toMatchObject({ replayed: 0, left: 0 });
    expect(await audited()).toEqual([]);
  });

  it("says how many failed again; they stand under what fails them now, and a later one takes them again", async () => {
    const id = await unmendable();
    expect(await replay()).toMatchObject({ replayed: 1, succeeded: 0, failed: 1, left: 0 });
    const { data } = await listFailures(space.space);
    expect(data).toMatchObject([{ cause: "handler:object_without_id", count: 1, dead: 1 }]);
    expect(await replay(byNow("handler:object_without_id"))).toMatchObject({ replayed: 1, failed: 1 });
    expect(await runsOf(id)).toHaveLength(3);
  });

  it("takes a hundred at a time, the longest failing first, says how many are left, and comes to the end", async () => {
    const inTurn = limitConcurrency(25);
    const ids = await Promise.all(
      Array.from({ length: 104 }, (_, n) =>
        inTurn(() => aFailingEvent(space, CAUSE, { began: ago(1_000_000 - n * 1_000) })),
      ),
    );
    const asked = byNow();
    expect(await replay(asked)).toMatchObject({ replayed: 100, succeeded: 100, left: 4 });
    const still = (await listFailures(space.space)).data;
    expect(still).toMatchObject([{ cause: CAUSE, count: 4, example: ids.at(-1) }]);
    expect(await replay(asked)).toMatchObject({ replayed: 4, left: 0 });
    expect(await replay(asked)).toMatchObject({ replayed: 0, left: 0 });
    expect(await audited()).toHaveLength(2);
  });

  it("handles four at once at most", async () => {
    for (let n = 0; n < 9; n++) await ofPaidOrder();
    const { stripe } = await cachedPlatform(space.space);
    let [running, most] = [0, 0];
    // However slowly they come: each is held until four are there, and a fifth would have had time to come.
    const four = Promise.withResolvers<void>();
    const retrieve = vi.spyOn(stripe.checkout.sessions, "retrieve").mockImplementation(async () => {
      running += 1;
      most = Math.max(most, running);
      if (running === 4) four.resolve();
      await four.promise;
      for (let n = 0; n < 20; n++) await setImmediate();
      running -= 1;
      throw new Error("no");
    });
    expect(await replay()).toMatchObject({ replayed: 9, failed: 9 });
    retrieve.mockRestore();
    expect(most).toBe(4);
  });

  it("leaves the rest where Stripe asks to slow down", async () => {
    for (let n = 0; n < 12; n++) await ofPaidOrder();
    await weather(space, { rate_limit: 1_000 });
    const { replayed, waiting, left, failed } = await replay();
    await weather(space, { rate_limit: 0 });
    expect([waiting, failed]).toEqual([replayed, 0]);
    expect(replayed).toBeLessThanOrEqual(4);
    expect(left).toBe(12 - replayed);
    expect(await replay()).toMatchObject({ replayed: left, succeeded: left, left: 0 });
  });

  it("does nothing twice where the index is behind the table", async () => {
    const [mended, failing] = [(await ofPaidOrder()).id, await unmendable()];
    const asked = byNow();
    readIndexOnce();
    expect(await replay(asked)).toMatchObject({ replayed: 2 });
    expect(await replay(asked)).toMatchObject({ replayed: 0, left: 0 });
    expect(await runsOf(mended)).toEqual(["retrying", "succeeded"]);
    expect(await runsOf(failing)).toEqual(["retrying", "dead"]);
  });

  it("refuses a time to come", async () => {
    const by = new Date(Date.now() + 60_000).toISOString();
    await expect(replay({ cause: CAUSE, by })).rejects.toMatchObject({ fields: { by: expect.any(String) } });
  });
});

import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { handler as dispatch } from "../../../functions/stripe_events/dispatch.ts";
import { settle } from "../../../lib/money/settle.ts";
import { getReplay } from "../../../lib/replays/replay.ts";
import { runReplays } from "../../../lib/replays/run_replays.ts";
import { finishRun } from "../../../lib/stripe_events/finish_run.ts";
import { retryDue } from "../../../lib/stripe_events/retry_due.ts";
import { cachedPlatform } from "../../../lib/utilities/platform.ts";
import { runAndKill } from "../../support/crash.ts";
import { post } from "../../support/deliveries.ts";
import { anEvent, sign } from "../../support/events.ts";
import { orderIsDue } from "../../support/money_rows.ts";
import { anOrder, atStripe, orderNow, weather } from "../../support/orders.ts";
import { ownTables } from "../../support/own_tables.ts";
import { PATIENCE_MS } from "../../support/patience.ts";
import { insertRecord } from "../../support/records.ts";
import { begunReplay, forgetLock, manyFailing } from "../../support/replays.ts";
import { aContext, aRequest } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { makeDue, storedEvent } from "../../support/stored_events.ts";

await ownTables();

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
  await weather(space, { late_fee: false });
});

const fileOf = (name: string): string =>
  fileURLToPath(new URL(`../../../functions/stripe_events/${name}.ts`, import.meta.url));

/** A buyer has paid; Stripe is about to tell us. */
async function aPaidOrder() {
  const order = await anOrder(space);
  await atStripe(space, "pay", order.checkout_session);
  const { id, body } = anEvent({
    type: "checkout.session.completed",
    object: { id: order.checkout_session, object: "checkout.session" },
  });
  const { room, marketplace, webhookSecret } = space.first;
  const path = { space: space.space, room, marketplace };
  const signature = sign(body, webhookSecret);
  return {
    order,
    id,
    request: aRequest({ method: "POST", path, headers: { "stripe-signature": signature }, body }),
    send: () => post({ ...path, body, signature }),
  };
}

type Paid = Awaited<ReturnType<typeof aPaidOrder>>;

async function expectPaidOnce({ order, id }: Paid): Promise<void> {
  const event = await storedEvent(space, id);
  // After receiving, it is the stream's turn.
  if (event?.status === "received") await dispatch({ Records: [await insertRecord(space, id)] }, aContext());
  expect(await storedEvent(space, id)).toMatchObject({ status: "succeeded" });
  expect(await orderNow(order)).toMatchObject({ status: "paid", entries: ["placed", "paid"] });
  await orderIsDue(order);
  expect((await settle(order)).split).toMatchObject({ status: "done" });
  const { stripe } = await cachedPlatform(space.space);
  const { data } = await stripe.transfers.list({ transfer_group: order.id });
  // Products for 50.00, less Stripe's fee on 54.00.
  expect(data.map(({ amount }) => amount)).toEqual([4_813]);
}

/** What AWS does by itself some time after a process was lost: the lease lapses, and retry comes by. */
async function recover({ id }: Paid): Promise<void> {
  const event = await storedEvent(space, id);
  if (event?.due_at) await makeDue(space, id);
  await retryDue(new Date(Date.now() + PATIENCE_MS));
}

/** Kills the function after each step it has, and lets `afterwards` make good. */
async function killAtEachStep(
  name: string,
  prepare: () => Promise<{ event: unknown; paid: Paid }>,
  afterwards: (paid: Paid) => Promise<void>,
): Promise<number> {
  for (let step = 1; ; step++) {
    const { event, paid } = await prepare();
    const killed = await runAndKill(fileOf(name), event, { step, when: "after" });
    if (killed) await afterwards(paid);
    await expectPaidOnce(paid);
    if (!killed) return step - 1;
  }
}

describe("no event is lost, and no Order paid or shared twice, when the process is killed", () => {
  it("at any step of receiving: Stripe, without its 200, sends again", async () => {
    const prepare = async () => {
      const order = await aPaidOrder();
      return { event: order.request, paid: order };
    };
    const sendAgain = async (order: Paid) => {
      expect(await order.send()).toEqual({ statusCode: 200 });
    };
    // The settings are read, the event is written.
    expect(await killAtEachStep("receive", prepare, sendAgain)).toBe(2);
  });

  it("at any step of dispatching: the event is due again when its lease is over", async () => {
    const prepare = async () => {
      const order = await aPaidOrder();
      await order.send();
      return { event: { Records: [await insertRecord(space, order.id)] }, paid: order };
    };
    // The session and the Order are read, and the Order is moved, its money leased with it. The transfers, the Marketplace and
    // its account are read; the transfer is written down, made, and written as done. The event is finished. Five more: who is to
    // be told of each fact is read, and the ledger has its rows.
    expect(await killAtEachStep("dispatch", prepare, recover)).toBe(14);
  });

  it("at any step of retrying: the same", async () => {
    const prepare = async () => {
      const order = await aPaidOrder();
      await order.send();
      await makeDue(space, order.id);
      return { event: {}, paid: order };
    };
    // As dispatching, after the claim.
    expect(await killAtEachStep("retry", prepare, recover)).toBe(15);
  });

  it("at any step of a replay: it goes on, and each event is handled once, but for the one that was cut off", async () => {
    let ids: string[] = [];
    let replayId = "";
    const prepare = async () => {
      const order = await aPaidOrder();
      await order.send();
      const event = await storedEvent(space, order.id);
      if (!event) throw new Error("not stored");
      await finishRun(event, { outcome: "dead", cause: "stripe:http_503", detail: "no" }, new Date());
      ids = await manyFailing(space, 1, "stripe:http_503", { outcome: "dead" });
      replayId = (await begunReplay(space, { status: "dead" })).id;
      return { event: {}, paid: order };
    };
    const goOn = async (order: Paid) => {
      await forgetLock(space);
      await runReplays(new Date(Date.now() + PATIENCE_MS));
      expect(await getReplay(space.space, replayId)).toMatchObject({ status: "finished", total: 2 });
      // Cut off: its lease lapses, and retry comes by.
      for (const id of ids) if ((await storedEvent(space, id))?.due_at) await makeDue(space, id);
      await recover(order);
      const runs = await Promise.all(ids.map(async (id) => (await storedEvent(space, id))?.runs ?? []));
      for (const each of runs) expect(each.filter(({ outcome }) => outcome === "ignored")).toHaveLength(1);
      // None was cut off twice.
      expect(Math.max(...runs.map(({ length }) => length))).toBeLessThanOrEqual(3);
    };
    const steps = await killAtEachStep("retry", prepare, goOn);
    // As retrying, for the Order; of the other event, the claim and the end. The lock, the replay, the events, how far it came,
    // its end, and the lock again.
    expect(steps).toBe(23);
  });
});

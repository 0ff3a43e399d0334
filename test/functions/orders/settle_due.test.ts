import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { handler as settleDue } from "../../../functions/orders/settle_due.ts";
import { DUE_SHARDS } from "../../../lib/dynamodb/due_shard.ts";
import { placeOrder } from "../../../lib/orders/place_order.ts";
import { runAndKill } from "../../support/crash.ts";
import { changeOrder, orderIsDue, orderRow } from "../../support/money_rows.ts";
import { type OrderB, orderB, sharedOrderB } from "../../support/order_b.ts";
import { anOrderRow } from "../../support/order_rows.ts";
import { atStripe, weather } from "../../support/orders.ts";
import { ownTables } from "../../support/own_tables.ts";
import { aContext } from "../../support/requests.ts";
import { roadToStripe } from "../../support/road_to_stripe.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

await ownTables();
const road = await roadToStripe();

const file = fileURLToPath(new URL("../../../functions/orders/settle_due.ts", import.meta.url));

const run = async () => await settleDue({}, aContext());

/** An Order whose share is due, though nobody looks after it but the clock. */
async function dueOrder(space?: TestSpace): Promise<OrderB> {
  const order = await orderB({}, space);
  await atStripe(order.space, "pay", order.order.checkout_session);
  await order.tell();
  return order;
}

describe("each minute", () => {
  it("settles what is due, and touches nothing else", async () => {
    const [due, other] = [await sharedOrderB(), await sharedOrderB()];
    for (const order of [due, other]) await order.refund(650);
    await orderIsDue(due.order);
    const before = await orderRow(other.order);
    expect(await run()).toEqual({ orders: 1 });
    expect([await due.net(), await other.net()]).toEqual([798, 1215]);
    expect(await orderRow(other.order)).toEqual(before);
    expect(await run()).toEqual({ orders: 0 });
  });

  it("does not take an Order from the run that has it", async () => {
    const order = await sharedOrderB();
    await order.refund(650);
    await orderIsDue(order.order);
    await changeOrder(order.order, {
      lease_by: "another",
      lease_until: new Date(Date.now() + 60_000).toISOString(),
    });
    expect(await run()).toEqual({ orders: 0 });
    expect(await order.net()).toBe(1215);
    await changeOrder(order.order, { lease_by: undefined, lease_until: undefined, due_at: undefined });
  });

  it("lets one Space whose Stripe fails, or asks us to slow down, hold up no other", async () => {
    const [failing, busy] = [await aSpace(), await aSpace()];
    const stuck: OrderB[] = [];
    for (const space of [failing, busy]) for (let n = 0; n < 3; n++) stuck.push(await dueOrder(space));
    const healthy = await Promise.all(Array.from({ length: 10 }, () => dueOrder()));
    for (const order of [...stuck, ...healthy]) {
      await order.pass();
      await order.refund(650);
      await orderIsDue(order.order);
    }
    await weather(failing, { unavailable: 1_000 });
    await weather(busy, { rate_limit: 1_000 });
    await run();
    for (const order of healthy) expect(await order.net()).toBe(798);
    await weather(failing, { unavailable: 0 });
    await weather(busy, { rate_limit: 0 });
    for (const order of stuck) {
      expect((await order.now()).due_at).toBeDefined();
      expect(await order.net()).toBe(1215);
      await orderIsDue(order.order);
    }
    await run();
    for (const order of stuck) expect(await order.net()).toBe(798);
  });
});

it("lets a Space whose Stripe is slow hold up no other, however many Orders of it are due, and since when", async () => {
  const slow = await aSpace();
  const healthy = await Promise.all(Array.from({ length: 4 }, () => dueOrder()));
  for (const order of healthy) {
    await order.pass();
    await order.refund(650);
    await orderIsDue(order.order);
  }
  const since = new Date(Date.now() - 60_000).toISOString();
  for (let n = 0; n < 40; n++) {
    const { room, marketplace } = slow.first;
    const split = { status: "waiting", reason: "fee_unknown", since, detail: "" } as const;
    const paid = { status: "paid", payment_intent: `pi_${n}`, split, due_at: since } as const;
    const order = anOrderRow({ space: slow.space, room, marketplace, ...paid });
    await placeOrder({ ...order, ...{ due_shard: n % DUE_SHARDS } });
  }
  road.strike(slow, "held", "GET /v1/payment_intents");
  let isOver = false;
  const running = run().then(() => {
    isOver = true;
  });
  for (const order of healthy) await expect.poll(() => order.net()).toBe(798);
  expect([road.holds(slow) > 0, isOver]).toEqual([true, false]);
  road.clear(slow);
  await running;
});

/** What happens to an Order before its run is killed; and then what the Vendor holds, and how often Stripe was asked. */
const STORIES: [string, () => Promise<OrderB>, number, string, number][] = [
  [
    "a sale",
    async () => {
      const order = await orderB();
      await atStripe(order.space, "pay", order.order.checkout_session);
      const intent = (await order.stripe.checkout.sessions.retrieve(order.order.checkout_session))
        .payment_intent;
      await changeOrder(order.order, {
        status: "paid",
        payment_intent: String(intent),
        split: { status: "waiting", reason: "fee_unknown", since: new Date().toISOString(), detail: "" },
        due_shard: 0,
        due_at: new Date(Date.now() - 1_000).toISOString(),
      });
      return order;
    },
    1215,
    "transfer 1215",
    1,
  ],
  [
    "a refund, with its reversal",
    async () => {
      const order = await sharedOrderB();
      await order.refund(650);
      await orderIsDue(order.order);
      return order;
    },
    798,
    "reversal 417",
    1,
  ],
];

describe.each(STORIES)("killed at any step of %s", (_name, begin, net, moved, times) => {
  beforeAll(async () => {
    await run();
  });
  it("comes to the same when the lease is over, and nothing is sent twice or forgotten", async () => {
    for (let step = 1; ; step++) {
      const order = await begin();
      const killed = await runAndKill(file, {}, { step, when: "after" });
      await orderIsDue(order.order);
      await run();
      const made = (await order.movements()).filter(({ state }) => state === "done");
      const words = made.map(({ kind, amount }) => `${kind} ${amount}`);
      expect(words.filter((each) => each === moved)).toHaveLength(times);
      expect([step, await order.net()]).toEqual([step, net]);
      const { data } = await order.stripe.transfers.list({ transfer_group: order.order.id });
      expect(data).toHaveLength(1);
      const row = await order.now();
      expect(row).toMatchObject({ split: { status: "done" }, money: { net } });
      expect([row.lease_until, row.due_at, row.open_movement]).toEqual([undefined, undefined, undefined]);
      if (!killed) {
        expect(step).toBeGreaterThan(6);
        return;
      }
    }
  });
});

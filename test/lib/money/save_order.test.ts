import { expect, it, onTestFinished } from "vitest";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { leaseIfDue, wakeAndLease } from "../../../lib/money/order_lease.ts";
import { saveOrder } from "../../../lib/money/save_order.ts";
import { findOrder } from "../../../lib/orders/find_order.ts";
import type { LeasedOrder } from "../../../lib/orders/lease.ts";
import type { Order } from "../../../lib/orders/order.ts";
import { placeOrder } from "../../../lib/orders/place_order.ts";
import { changeOrder, orderRow } from "../../support/money_rows.ts";
import { anOrderRow } from "../../support/order_rows.ts";

const PAST = "2026-11-23T12:00:00.000Z";

async function aLeasedOrder(): Promise<LeasedOrder> {
  const order = anOrderRow();
  await placeOrder(order);
  const leased = await wakeAndLease(order);
  if (!leased) throw new Error("somebody else has it");
  return leased;
}

it("writes what a run found, and lets the Order go", async () => {
  const leased = await aLeasedOrder();
  expect(await saveOrder(leased, { charge: "ch_1", due_at: undefined }, [], true)).toMatchObject({
    version: 1,
  });
  const row = await orderRow(leased.order);
  expect(row).toMatchObject({ charge: "ch_1", version: 1 });
  for (const gone of ["lease_by", "lease_until", "due_at"]) expect(row).not.toHaveProperty(gone);
});

it.each<[string, (leased: LeasedOrder) => Promise<unknown>]>([
  ["another run has it", ({ order }) => changeOrder(order, { lease_by: "another run" })],
  ["it was written since it was read", (leased) => saveOrder(leased, { charge: "ch_0" }, [], false)],
])("writes nothing, where %s", async (_what, happens) => {
  const leased = await aLeasedOrder();
  await happens(leased);
  const before = await orderRow(leased.order);
  for (const letGo of [false, true])
    expect(await saveOrder(leased, { charge: "ch_1" }, [], letGo)).toBeUndefined();
  expect(await orderRow(leased.order)).toEqual(before);
});

it("does not let go of an Order that was woken since it was read, but writes what was done", async () => {
  const leased = await aLeasedOrder();
  expect(await wakeAndLease(leased.order)).toBeUndefined();
  expect(await saveOrder(leased, { charge: "ch_1" }, [], true)).toBeUndefined();
  expect(await saveOrder(leased, { charge: "ch_1" }, [], false)).toMatchObject({ version: 1 });
  expect(await orderRow(leased.order)).toMatchObject({ charge: "ch_1", lease_by: leased.holder });
});

it("of an Order that was let go, the next run may take it; of one whose run died, when the lease is over", async () => {
  const leased = await aLeasedOrder();
  await changeOrder(leased.order, { lease_until: new Date(Date.now() - 1).toISOString() });
  const next = await wakeAndLease(leased.order);
  expect(next?.holder).not.toBe(leased.holder);
  expect(await saveOrder(leased, { charge: "ch_1" }, [], false)).toBeUndefined();
});

it("writes nothing the second time, however often the run has written before", async () => {
  const { order, holder } = await aLeasedOrder();
  const written = await saveOrder({ order, holder }, {}, [], false);
  if (!written) throw new Error("it was not written");
  expect(await saveOrder({ order: written, holder }, { charge: "ch_1" }, [], false)).toBeDefined();
  expect(await saveOrder({ order: written, holder }, { charge: "ch_2" }, [], false)).toBeUndefined();
  expect(await orderRow(order)).toMatchObject({ charge: "ch_1" });
});

it("is taken by the clock only as long as it is due when the clock saw it due", async () => {
  const order = anOrderRow();
  await placeOrder(order);
  const due_at = new Date(Date.now() - 1_000).toISOString();
  await changeOrder(order, { due_at });
  expect(await leaseIfDue(order, new Date(Date.now() - 2_000).toISOString())).toBeUndefined();
  expect(await leaseIfDue(order, due_at)).toBeDefined();
  expect(await leaseIfDue(order, due_at)).toBeUndefined();
});

it("is woken by nobody in vain: who is told that another run has it was seen by that run", async () => {
  const order = anOrderRow();
  await placeOrder(order);
  let seen = 0;
  const wake = async (): Promise<void> => {
    let leased = await wakeAndLease(order);
    while (leased && !(await saveOrder(leased, {}, [], true))) {
      const current = await findOrder(order.marketplace, order.id);
      leased = current && { order: current, holder: leased.holder };
    }
    seen = Math.max(seen, leased?.order.wanted ?? 0);
  };
  await Promise.allSettled(Array.from({ length: 40 }, wake));
  expect(await orderRow(order)).toMatchObject({ wanted: seen });
});

it("is had by who wakes it, where it is let go between their looking who has it and waking it", async () => {
  const leased = await aLeasedOrder();
  let isLooked = false;
  const letGoOnceLooked = { step: "initialize", name: "let go once looked" } as const;
  dynamodb.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (!isLooked) {
          isLooked = true;
          await saveOrder(leased, {}, [], true);
        }
        throw error;
      }
    },
    letGoOnceLooked,
  );
  onTestFinished(() => void dynamodb.middlewareStack.remove(letGoOnceLooked.name));
  expect(await wakeAndLease(leased.order)).toMatchObject({ order: { id: leased.order.id } });
});

it.each<[string, (order: Order) => Promise<LeasedOrder | undefined>]>([
  ["wakes it", (order) => wakeAndLease(order)],
  ["finds it due", (order) => leaseIfDue(order, PAST)],
])(
  "is had by who %s, where the table's first answer is lost and the SDK asks again",
  async (_what, lease) => {
    const order = anOrderRow();
    await placeOrder(order);
    await changeOrder(order, { due_at: PAST });
    const askedTwice = { step: "initialize", name: "asked twice" } as const;
    dynamodb.middlewareStack.add(
      (next) => async (args) => {
        await next(args).catch(() => {});
        return await next(args);
      },
      askedTwice,
    );
    onTestFinished(() => void dynamodb.middlewareStack.remove(askedTwice.name));
    expect(await lease(order)).toMatchObject({ order: { id: order.id } });
  },
);

import { beforeAll, describe, expect, it } from "vitest";
import { wakeAndLease } from "../../../lib/money/order_lease.ts";
import { saveOrder } from "../../../lib/money/save_order.ts";
import { findOrder } from "../../../lib/orders/find_order.ts";
import { moveAndLease, moveOrder, type OrderState } from "../../../lib/orders/move_order.ts";
import { ORDER_STATUSES, type Order, type OrderStatus } from "../../../lib/orders/order.ts";
import { eventId } from "../../support/events.ts";
import { changeOrder, orderRow } from "../../support/money_rows.ts";
import { anOrder, orderNow } from "../../support/orders.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
});

const standing = (status: OrderStatus, cause = eventId()): OrderState => ({
  status,
  payment_intent: undefined,
  cause,
  at: "2026-11-23T12:00:00.000Z",
  detail: "as it is",
});

const moves = ORDER_STATUSES.flatMap((from, index) =>
  ORDER_STATUSES.map((to, other) => ({ from, to, moved: other > index })),
);

it.each(moves.filter(({ from }) => from !== "open"))(
  "from $from to $to: moved $moved",
  async ({ from, to, moved }) => {
    const order = await anOrder(space);
    await moveOrder(order, standing(from));
    expect(await moveOrder(order, standing(to))).toBe(moved);
    expect(await orderNow(order)).toMatchObject({
      status: moved ? to : from,
      entries: moved ? ["placed", from, to] : ["placed", from],
    });
  },
);

it("lets one of many at the same moment move the Order", async () => {
  const order = await anOrder(space);
  const moved = await Promise.all(Array.from({ length: 6 }, () => moveOrder(order, standing("paid"))));
  expect(moved.filter(Boolean)).toHaveLength(1);
  expect(await orderNow(order)).toMatchObject({ status: "paid", entries: ["placed", "paid"] });
});

it("lets one event, replayed when more has happened at Stripe, bring the Order further", async () => {
  const order = await anOrder(space);
  const cause = eventId();
  for (const status of ["awaiting_payment", "awaiting_payment", "paid", "paid"] as const)
    await moveOrder(order, standing(status, cause));
  expect(await orderNow(order)).toMatchObject({
    status: "paid",
    entries: ["placed", "awaiting_payment", "paid"],
  });
});

it("brings an Order further whose timeline has it already, since a restored table need not have its rows of one moment", async () => {
  const order = await anOrder(space);
  const paid = standing("paid");
  await moveOrder(order, paid);
  await changeOrder(order, { status: "open" });
  expect(await moveOrder(order, paid)).toBe(true);
  expect(await orderNow(order)).toMatchObject({ status: "paid", entries: ["placed", "paid"] });
});

describe("a run that looks after the share at once", () => {
  it("has the Order from the write on that says that it is paid, as the table has it", async () => {
    const order = await anOrder(space);
    const { moved, leased } = await moveAndLease(order, { ...standing("paid"), payment_intent: "pi_1" });
    if (!leased) throw new Error("nobody has it");
    expect(moved).toBe(true);
    const row = await orderRow(order);
    expect(row).toMatchObject({ ...leased.order, lease_by: leased.holder });
    expect(row.due_at).toBe(row.lease_until);
    expect(await wakeAndLease(order)).toBeUndefined();
    const looked = await findOrder(order.marketplace, order.id);
    expect(looked && (await saveOrder({ ...leased, order: looked }, {}, [], true))).toBeDefined();
    expect(await orderRow(order)).not.toHaveProperty("lease_until");
  });

  it("is one of many, and of what is not paid yet it is none", async () => {
    const order = await anOrder(space);
    expect(await moveAndLease(order, standing("awaiting_payment"))).toEqual({ moved: true });
    const all = await Promise.all(Array.from({ length: 6 }, () => moveAndLease(order, standing("paid"))));
    expect(all.filter(({ moved }) => moved)).toHaveLength(1);
    expect(all.filter(({ leased }) => leased)).toHaveLength(1);
    expect(await moveAndLease(order, standing("paid"))).toEqual({ moved: false });
  });

  it("has not what another run has, and that one is told to look once more", async () => {
    const order = await anOrder(space);
    const other = await wakeAndLease(order);
    if (!other) throw new Error("somebody else has it");
    expect(await moveAndLease(order, standing("paid"))).toEqual({ moved: true });
    expect(await orderRow(order)).toMatchObject({ status: "paid", lease_by: other.holder });
    expect(await saveOrder(other, {}, [], true)).toBeUndefined();
  });

  it.each<[string, (order: Order) => Promise<unknown>]>([
    [
      "woken",
      async (order) => {
        const leased = await wakeAndLease(order);
        if (leased) await saveOrder(leased, {}, [], true);
      },
    ],
    ["written", (order) => changeOrder(order, { version: 7 })],
  ])("has it as it is, where it was %s since it was read", async (_what, happens) => {
    const order = await anOrder(space);
    await happens(order);
    const { leased } = await moveAndLease(order, standing("paid"));
    if (!leased) throw new Error("nobody has it");
    expect(await orderRow(order)).toMatchObject({ ...leased.order });
    expect(await saveOrder(leased, {}, [], true)).toBeDefined();
  });
});

it.each([
  ["none yet", {}, "jo@example.com"],
  ["another", { buyer_email: "vera@example.com" }, "vera@example.com"],
  ["one who was erased", { buyer_erased_at: "2026-11-23T12:00:00.000Z" }, undefined],
])("takes the buyer that Stripe tells of where the Order has %s", async (_whom, before, after) => {
  const order = await anOrder(space);
  await changeOrder(order, before);
  const seen = (await findOrder(order.marketplace, order.id)) ?? order;
  // As by a function that has not heard of an erasure yet.
  const buyer = { buyer_email: "jo@example.com", buyer_key: "a key" };
  expect(await moveOrder(seen, { ...standing("paid"), buyer })).toBe(true);
  expect((await orderRow(order)).buyer_email).toBe(after);
});

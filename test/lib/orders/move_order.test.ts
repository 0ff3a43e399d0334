import { beforeAll, expect, it } from "vitest";
import { moveOrder, type OrderState } from "../../../lib/orders/move_order.ts";
import { ORDER_STATUSES, type OrderStatus } from "../../../lib/orders/order.ts";
import { eventId } from "../../support/events.ts";
import { changeOrder } from "../../support/money_rows.ts";
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

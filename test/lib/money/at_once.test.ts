import { expect, it } from "vitest";
import { settle } from "../../../lib/money/settle.ts";
import { findOrder } from "../../../lib/orders/find_order.ts";
import { moveOrder } from "../../../lib/orders/move_order.ts";
import { settlePaymentOf } from "../../../lib/stripe_events/settle_order_of.ts";
import { handled } from "../../support/handled_event.ts";
import { changeOrder, orderIsDue } from "../../support/money_rows.ts";
import { type OrderB, orderB, sharedOrderB } from "../../support/order_b.ts";
import { atStripe } from "../../support/orders.ts";
import { roadToStripe } from "../../support/road_to_stripe.ts";

const road = await roadToStripe();

const moved = async (order: OrderB): Promise<string[]> =>
  (await order.movements()).map(({ kind, amount, state }) => `${kind} ${amount} ${state}`);

it("moves once, where two runs begin at once: one has the Order, and sees that it was woken", async () => {
  const order = await orderB();
  await atStripe(order.space, "pay", order.order.checkout_session);
  await moveOrder(order.order, {
    status: "paid",
    payment_intent: undefined,
    cause: "evt_1",
    at: new Date().toISOString(),
    detail: "",
  });
  const settled = await Promise.all([settle(order.order), settle(order.order)]);
  expect(settled.filter(({ split }) => split?.status === "done")).toHaveLength(1);
  expect(settled.filter(({ split }) => !split)).toEqual([{ split: undefined, because: "another_run" }]);
  expect(await moved(order)).toEqual(["transfer 1215 done"]);
  expect(await order.now()).toMatchObject({ split: { status: "done" } });
  expect((await order.now()).lease_until).toBeUndefined();
  expect((await order.now()).due_at).toBeUndefined();
});

it("moves once, where fifty events tell of an Order at once", async () => {
  const order = await orderB();
  await atStripe(order.space, "pay", order.order.checkout_session);
  const charge = await order.charge();
  const tell = (n: number): Promise<unknown> =>
    n % 2 === 0
      ? order.tell()
      : settlePaymentOf(handled(order.space, "charge.updated", charge), (id) =>
          order.stripe.charges.retrieve(id),
        );
  const told = await Promise.allSettled(Array.from({ length: 50 }, (_, n) => tell(n)));
  // Who lost too many races to wake it comes back; one movement it is all the same.
  await order.settle();
  expect(told.filter(({ status }) => status === "rejected")).toEqual([]);
  expect(await moved(order)).toEqual(["transfer 1215 done"]);
  expect(await order.net()).toBe(1215);
});

it("looks once more, where the Order is woken while it is looked at", async () => {
  const order = await sharedOrderB();
  road.strike(order.space, "held", "GET /v1/payment_intents");
  const first = settle(order.order).catch(() => undefined);
  await expect.poll(() => road.holds(order.space)).toBeGreaterThan(0);
  // It has asked Stripe, and a refund comes whose event finds the Order taken.
  await order.refund(650);
  expect(await settle(order.order)).toEqual({ split: undefined, because: "another_run" });
  road.clear(order.space);
  await first;
  expect(await moved(order)).toEqual(["transfer 1215 done", "reversal 417 done"]);
});

it("is not taken from who has it, but when their time is over", async () => {
  const order = await sharedOrderB();
  await order.refund(650);
  await changeOrder(order.order, {
    lease_by: "a run that died",
    lease_until: new Date(Date.now() + 60_000).toISOString(),
  });
  expect(await settle(order.order)).toEqual({ split: undefined, because: "another_run" });
  expect(await moved(order)).toEqual(["transfer 1215 done"]);
  await orderIsDue(order.order);
  expect(await order.settle()).toBe("done");
  expect(await moved(order)).toEqual(["transfer 1215 done", "reversal 417 done"]);
});

it("is still looked after, where it is paid while somebody looks at it unpaid", async () => {
  const order = await orderB();
  road.strike(order.space, "held", "GET /v1/checkout/sessions");
  const looked = settle(order.order).catch(() => undefined);
  await expect.poll(() => road.holds(order.space)).toBeGreaterThan(0);
  await atStripe(order.space, "pay", order.order.checkout_session);
  // The run that was told of the payment dies before it looks after the share.
  await moveOrder(order.order, {
    status: "paid",
    payment_intent: undefined,
    cause: "evt_1",
    at: new Date().toISOString(),
    detail: "",
  });
  road.clear(order.space);
  await looked;
  const after = await findOrder(order.order.marketplace, order.order.id);
  expect(after?.split?.status).not.toBe("none");
  expect(after?.split?.status === "done" || after?.due_at !== undefined).toBe(true);
});

import { expect, it } from "vitest";
import { findOrder } from "../../../../lib/orders/find_order.ts";
import { timelineOf } from "../../../../lib/orders/timeline_of.ts";
import { checkoutSessionCompleted } from "../../../../lib/stripe_events/handlers/checkout.session.completed.ts";
import { aCheckout, checkOut } from "../../../support/checkouts.ts";
import { contextOf, handled } from "../../../support/handled_event.ts";
import { anOrder, atStripe, orderNow } from "../../../support/orders.ts";
import { aSpace } from "../../../support/spaces.ts";

it("brings the Order to paid, once, however often Stripe tells us", async () => {
  const space = await aSpace();
  const order = await anOrder(space);
  for (const action of ["pay"] as const) await atStripe(space, action, order.checkout_session);
  const event = handled(space, "checkout.session.completed", order.checkout_session);
  for (const _delivery of ["first", "again"]) {
    expect(await checkoutSessionCompleted(event, await contextOf(space))).toMatchObject({
      outcome: "succeeded",
      marketplace: order.marketplace,
    });
    expect(await orderNow(order)).toMatchObject({ status: "paid", entries: ["placed", "paid"] });
  }
});

it("brings an Order that costs nothing to paid, without a payment", async () => {
  const space = await aSpace();
  const lines = [{ name: "Free sample", unit_amount: 0, quantity: 1 }];
  const body = aCheckout({ line_items: lines, delivery_amount: 0, tax_amount: 0 });
  const { order: id, checkout_session } = (await checkOut(space, { body })).body;
  await atStripe(space, "pay", checkout_session);
  const event = handled(space, "checkout.session.completed", checkout_session);
  await checkoutSessionCompleted(event, await contextOf(space));
  const order = await findOrder(space.first.marketplace, id);
  expect(order).toMatchObject({ status: "paid", amount_total: 0 });
  expect(order).not.toHaveProperty("payment_intent");
  expect((await timelineOf({ marketplace: space.first.marketplace, id })).at(-1)).toMatchObject({
    detail: "There was nothing to pay.",
  });
});

it("leaves an Order awaiting its payment when the buyer promised a bank's", async () => {
  const space = await aSpace();
  const order = await anOrder(space);
  await atStripe(space, "pay_later", order.checkout_session);
  await checkoutSessionCompleted(
    handled(space, "checkout.session.completed", order.checkout_session),
    await contextOf(space),
  );
  expect(await orderNow(order)).toMatchObject({
    status: "awaiting_payment",
    entries: ["placed", "awaiting_payment"],
  });
});

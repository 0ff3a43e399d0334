import { expect, it } from "vitest";
import { checkoutSessionCompleted } from "../../../../lib/stripe_events/handlers/checkout.session.completed.ts";
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

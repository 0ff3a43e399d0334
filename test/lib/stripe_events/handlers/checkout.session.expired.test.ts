import { expect, it } from "vitest";
import { checkoutSessionExpired } from "../../../../lib/stripe_events/handlers/checkout.session.expired.ts";
import { contextOf, handled } from "../../../support/handled_event.ts";
import { anOrder, atStripe, orderNow } from "../../../support/orders.ts";
import { aSpace } from "../../../support/spaces.ts";

it("brings the Order to expired, once, however often Stripe tells us", async () => {
  const space = await aSpace();
  const order = await anOrder(space);
  for (const action of ["expire"] as const) await atStripe(space, action, order.checkout_session);
  const event = handled(space, "checkout.session.expired", order.checkout_session);
  for (const _delivery of ["first", "again"]) {
    expect(await checkoutSessionExpired(event, await contextOf(space))).toMatchObject({
      outcome: "succeeded",
      marketplace: order.marketplace,
    });
    expect(await orderNow(order)).toMatchObject({ status: "expired", entries: ["placed", "expired"] });
  }
});

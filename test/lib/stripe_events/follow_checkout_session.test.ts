import { beforeAll, describe, expect, it } from "vitest";
import { followCheckoutSession } from "../../../lib/stripe_events/follow_checkout_session.ts";
import { contextOf, handled, permutations } from "../../support/handled_event.ts";
import { anOrder, atStripe, orderNow } from "../../support/orders.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
});

describe("events that come after all has happened at Stripe", () => {
  it.each(
    permutations([
      "checkout.session.completed",
      "checkout.session.async_payment_succeeded",
      "checkout.session.completed",
    ] as const).map((types) => [types]),
  )("settle the Order once, in the order %j", async (types) => {
    const order = await anOrder(space);
    await atStripe(space, "pay_later", order.checkout_session);
    await atStripe(space, "bank_pays", order.checkout_session);
    for (const type of types)
      await followCheckoutSession(handled(space, type, order.checkout_session), await contextOf(space));
    expect(await orderNow(order)).toMatchObject({ status: "paid", entries: ["placed", "paid"] });
  });

  it("settle the Order once when they all are handled at the same moment", async () => {
    const order = await anOrder(space);
    await atStripe(space, "pay", order.checkout_session);
    const context = await contextOf(space);
    const event = handled(space, "checkout.session.completed", order.checkout_session);
    const another = handled(space, "checkout.session.completed", order.checkout_session);
    await Promise.all([event, event, another, another].map((each) => followCheckoutSession(each, context)));
    expect(await orderNow(order)).toMatchObject({ status: "paid", entries: ["placed", "paid"] });
  });
});

it("follows a bank debit step by step, and says in plain words what each event came to", async () => {
  const order = await anOrder(space);
  const tell = async () =>
    followCheckoutSession(
      handled(space, "checkout.session.completed", order.checkout_session),
      await contextOf(space),
    );
  const says = async (words: string) =>
    expect(await tell()).toMatchObject({ outcome: "succeeded", detail: `Order ${order.id} ${words}` });
  await says("was still open");
  expect(await orderNow(order)).toMatchObject({ status: "open", entries: ["placed"] });
  await atStripe(space, "pay_later", order.checkout_session);
  await says("is awaiting payment now");
  await says("was already awaiting payment");
  await atStripe(space, "bank_refuses", order.checkout_session);
  await says("is marked as payment failed now");
  await says("was already marked as payment failed");
  expect(await orderNow(order)).toMatchObject({
    status: "payment_failed",
    entries: ["placed", "awaiting_payment", "payment_failed"],
  });
});

it("keeps the payment intent on the Order, and Stripe's time in its timeline", async () => {
  const order = await anOrder(space, "jpy");
  await atStripe(space, "pay", order.checkout_session);
  await followCheckoutSession(
    handled(space, "checkout.session.completed", order.checkout_session),
    await contextOf(space),
  );
  expect(await orderNow(order)).toMatchObject({
    currency: "jpy",
    payment_intent: expect.stringMatching(/^pi_/),
  });
});

it("ignores a session of a connected account, even one that names our Order", async () => {
  const order = await anOrder(space);
  await atStripe(space, "pay", order.checkout_session);
  const event = handled(space, "checkout.session.completed", order.checkout_session, { account: "acct_1" });
  expect(await followCheckoutSession(event, await contextOf(space))).toMatchObject({ outcome: "ignored" });
  expect(await orderNow(order)).toMatchObject({ status: "open" });
});

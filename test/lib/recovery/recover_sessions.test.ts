import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createCheckout } from "../../../lib/checkouts/create_checkout.ts";
import { after, now } from "../../../lib/clock.ts";
import { getMarketplace } from "../../../lib/marketplaces/get_marketplace.ts";
import { findOrder } from "../../../lib/orders/find_order.ts";
import { importOrder } from "../../../lib/orders/import_order.ts";
import { recoverSessions } from "../../../lib/recovery/recover_sessions.ts";
import { stripeClient } from "../../../lib/stripe_client.ts";
import { changeOrder, loseOrder } from "../../support/money_rows.ts";
import { AMOUNTS, aSessionFromElsewhere } from "../../support/order_import.ts";
import { anOrder, atStripe, orderNow, weather } from "../../support/orders.ts";
import { aPass } from "../../support/recovery.ts";
import { requestsTo } from "../../support/simulator.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

let space: TestSpace;
beforeEach(async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  space = await aSpace();
});
afterEach(() => vi.restoreAllMocks());

const NOTHING = {
  listed: 0,
  orders: 0,
  brought_on: 0,
  restored: 0,
  paid_without_order: [],
  without_session: [],
};

async function recover(facts?: Parameters<typeof aPass>[1]) {
  const found = structuredClone(NOTHING);
  await recoverSessions(await aPass(space, facts), found);
  return found;
}

describe("Checkout Sessions of the last 48 hours", () => {
  it("bring Orders to where they stand, of which no event told, once", async () => {
    const [paid, expired, open] = [await anOrder(space), await anOrder(space), await anOrder(space)];
    await atStripe(space, "pay", paid.checkout_session);
    await atStripe(space, "expire", expired.checkout_session);
    expect(await recover()).toEqual({ ...NOTHING, listed: 3, orders: 3, brought_on: 2 });
    expect(await orderNow(paid)).toMatchObject({ status: "paid", entries: ["placed", "paid"] });
    expect(await orderNow(expired)).toMatchObject({ status: "expired" });
    expect(await orderNow(open)).toMatchObject({ status: "open" });
    expect(await recover()).toEqual({ ...NOTHING, listed: 3, orders: 3 });
  });

  it("follow a bank that pays, or refuses, later", async () => {
    const order = await anOrder(space);
    await atStripe(space, "pay_later", order.checkout_session);
    await recover();
    expect(await orderNow(order)).toMatchObject({ status: "awaiting_payment" });
    await atStripe(space, "bank_refuses", order.checkout_session);
    await recover();
    expect(await orderNow(order)).toMatchObject({ status: "payment_failed" });
  });

  it("make an Order anew that was paid and is gone, and nothing of those that a cut-off checkout left", async () => {
    const [paid, promised, left] = [await anOrder(space), await anOrder(space), await anOrder(space)];
    await atStripe(space, "pay", paid.checkout_session);
    await atStripe(space, "pay_later", promised.checkout_session);
    for (const order of [paid, promised, left]) await loseOrder(order);
    expect(await recover()).toEqual({ ...NOTHING, listed: 3, restored: 2, brought_on: 2 });
    const { checkout_url: _, ...before } = paid;
    expect(await findOrder(paid.marketplace, paid.id)).toMatchObject({ ...before, status: "paid" });
    expect(await orderNow(paid)).toMatchObject({ entries: ["restored", "paid"] });
    expect(await orderNow(promised)).toMatchObject({ status: "awaiting_payment" });
    expect(await findOrder(left.marketplace, left.id)).toBeUndefined();
    expect(await recover()).toEqual({ ...NOTHING, listed: 3, orders: 2 });
  });

  it("make one anew that was carried over while it was open, and one that had nothing to pay", async () => {
    const { id: session } = await aSessionFromElsewhere(space);
    const { order: carried } = await importOrder(
      await getMarketplace({ space: space.space, ...space.first }),
      { checkout_session: session, ...AMOUNTS },
    );
    const free = await createCheckout(
      await getMarketplace({ space: space.space, ...space.first }),
      {
        line_items: [{ name: "A taste", unit_amount: 0, quantity: 1 }],
        delivery_amount: 0,
        tax_amount: 0,
        currency: "usd",
        success_url: "https://shop.example/thanks",
        cancel_url: "https://shop.example/cart",
      },
      undefined,
    );
    for (const { checkout_session } of [carried, free]) await atStripe(space, "pay", checkout_session);
    for (const order of [carried, free]) await loseOrder(order);
    expect(await recover()).toEqual({ ...NOTHING, listed: 2, restored: 2, brought_on: 2 });
    for (const { id, marketplace, amount_total, vendor_account } of [carried, free])
      expect(await findOrder(marketplace, id)).toMatchObject({
        status: "paid",
        amount_total,
        ...(amount_total > 0 && { vendor_account }),
      });
  });

  it("are left to the next pass where there is no time for all that are gone", async () => {
    const orders = [await anOrder(space), await anOrder(space), await anOrder(space)];
    for (const order of orders) await atStripe(space, "pay", order.checkout_session);
    for (const order of orders) await loseOrder(order);
    const found = structuredClone(NOTHING);
    const pass = await aPass(space);
    // The list is asked for in the first turn; the second is the first Order's, and takes all the time there is.
    let turns = 0;
    pass.turn = async () => {
      turns += 1;
      if (turns === 2) pass.until = now();
    };
    await recoverSessions(pass, found);
    expect(found).toEqual({ ...NOTHING, listed: 3, restored: 1, brought_on: 1 });
    expect(await recover()).toEqual({ ...NOTHING, listed: 3, orders: 1, restored: 2, brought_on: 2 });
  });

  it("are red in no pass that another one was faster than", async () => {
    const order = await anOrder(space);
    await atStripe(space, "pay", order.checkout_session);
    await loseOrder(order);
    for (const { paid_without_order } of await Promise.all([recover(), recover()]))
      expect(paid_without_order).toEqual([]);
    expect(await orderNow(order)).toMatchObject({ entries: ["restored", "paid"] });
  });

  it.each([
    ["without the amounts that the Order alone knew", { product_total: "" }],
    ["with amounts that do not add up", { tax_amount: "1" }],
    ["with an amount that is none", { delivery_amount: "-1" }],
    ["for another Order", { order: "01KAVX0000000000000000000A" }],
    ["for another Marketplace", { marketplace: crypto.randomUUID() }],
    ["with an account that is none", { vendor_account: "acct_1/../2" }],
  ])("say which were paid %s, and make no Order of them", async (_what, metadata) => {
    const order = await anOrder(space);
    await atStripe(space, "pay", order.checkout_session);
    await loseOrder(order);
    const stripe = stripeClient(space.stripeSecretKey);
    const { payment_intent } = await stripe.checkout.sessions.retrieve(order.checkout_session);
    await stripe.paymentIntents.update(String(payment_intent), { metadata });
    expect(await recover()).toEqual({
      ...NOTHING,
      listed: 1,
      paid_without_order: [order.checkout_session],
    });
    expect(await findOrder(order.marketplace, order.id)).toBeUndefined();
    expect(console.error).toHaveBeenCalledWith(expect.stringContaining("has no Order that it fits"));
  });

  it("say which were paid and do not fit the Order that they name", async () => {
    const order = await anOrder(space);
    await atStripe(space, "pay", order.checkout_session);
    await changeOrder(order, { amount_total: 1 });
    expect(await recover()).toMatchObject({ paid_without_order: [order.checkout_session] });
    expect(await orderNow(order)).toMatchObject({ status: "open" });
  });

  it("are none of a Space's whose Marketplace they do not name, though it is of the same account", async () => {
    await stripeClient(space.stripeSecretKey).checkout.sessions.create({
      mode: "payment",
      line_items: [
        { price_data: { currency: "usd", unit_amount: 500, product_data: { name: "Tea" } }, quantity: 1 },
      ],
      success_url: "https://shop.example/",
      metadata: { order: "01KAVX0000000000000000000A", marketplace: crypto.randomUUID() },
    });
    expect(await recover()).toEqual({ ...NOTHING, listed: 1 });
  });
});

describe("an Order that nobody has paid", () => {
  it("is named where Stripe has no session of it for this key", async () => {
    const order = await anOrder(space);
    await changeOrder(order, { checkout_session: "cs_test_gone" });
    expect(await recover()).toEqual({ ...NOTHING, listed: 1, without_session: [order.id] });
  });

  it("is not looked for where the list was cut off, or not had", async () => {
    await Promise.all([anOrder(space), anOrder(space)]);
    const asked = (await requestsTo(space, "/v1/checkout/sessions/cs_")).length;
    await weather(space, { rate_limit: 1, only: "GET /v1/checkout/sessions" });
    await expect(recover({ until: after(now(), 10_000) })).rejects.toMatchObject({ statusCode: 429 });
    expect(await requestsTo(space, "/v1/checkout/sessions/cs_")).toHaveLength(asked);
  });
});

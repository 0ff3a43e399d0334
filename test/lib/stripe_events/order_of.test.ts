import { randomUUID } from "node:crypto";
import type Stripe from "stripe";
import { ulid } from "ulid";
import { beforeAll, describe, expect, it } from "vitest";
import type { Order } from "../../../lib/orders/order.ts";
import { orderOf } from "../../../lib/stripe_events/order_of.ts";
import { NonRetryableError } from "../../../lib/stripe_events/outcome.ts";
import { contextOf } from "../../support/handled_event.ts";
import { anOrder, atStripe } from "../../support/orders.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

let space: TestSpace;
let order: Order;
beforeAll(async () => {
  space = await aSpace();
  order = await anOrder(space);
});

/** A session of the Space's platform account that says what it likes. */
async function aSession(
  metadata: Record<string, string>,
  { unit_amount = 5_400, currency = "usd", paid = true } = {},
): Promise<Stripe.Checkout.Session> {
  const { stripe } = await contextOf(space);
  const session = await stripe.checkout.sessions.create({
    mode: "payment",
    line_items: [{ price_data: { currency, unit_amount, product_data: { name: "Bread" } }, quantity: 1 }],
    metadata,
    success_url: "https://shop.example/thanks",
  });
  if (paid) await atStripe(space, "pay", session.id);
  return await stripe.checkout.sessions.retrieve(session.id);
}

describe("orderOf", () => {
  it("finds the Order that was placed for the session", async () => {
    const session = await (await contextOf(space)).stripe.checkout.sessions.retrieve(order.checkout_session);
    expect(await orderOf(session, space.space)).toEqual(order);
  });

  it.each<[string, () => Record<string, string>]>([
    ["names no Order", () => ({})],
    ["names an Order in somebody else's way", () => ({ order: "1001", marketplace: "shop" })],
    ["names an Order that does not exist", () => ({ order: ulid(), marketplace: order.marketplace })],
    ["names a Marketplace that does not exist", () => ({ order: order.id, marketplace: randomUUID() })],
    [
      "names the Order with the other Marketplace",
      () => ({ order: order.id, marketplace: space.second.marketplace }),
    ],
  ])("knows none for a session that %s", async (_, metadata) => {
    expect(await orderOf(await aSession(metadata()), space.space)).toBeUndefined();
  });

  it("knows none for another Space, whose platform account must not settle ours", async () => {
    const session = await (await contextOf(space)).stripe.checkout.sessions.retrieve(order.checkout_session);
    expect(await orderOf(session, "elsewhere")).toBeUndefined();
  });

  it("gives no hope to a paid session that claims an Order placed for another", async () => {
    const session = await aSession({ order: order.id, marketplace: order.marketplace });
    await expect(orderOf(session, space.space)).rejects.toThrow(NonRetryableError);
    await expect(orderOf(session, space.space)).rejects.toThrow(
      `Checkout Session is ${order.checkout_session}`,
    );
  });

  it("knows none for an unpaid session of a checkout that was cut off and started over", async () => {
    const session = await aSession({ order: order.id, marketplace: order.marketplace }, { paid: false });
    expect(await orderOf(session, space.space)).toBeUndefined();
  });

  it.each<[string, Partial<Stripe.Checkout.Session>]>([
    ["is of the other mode", { livemode: true }],
    ["the currency is eur, not usd", { currency: "eur" }],
    ["the amount is 5399, not 5400", { amount_total: 5_399 }],
  ])("gives no hope where %s", async (reason, change) => {
    const session = await (await contextOf(space)).stripe.checkout.sessions.retrieve(order.checkout_session);
    await expect(orderOf({ ...session, ...change }, space.space)).rejects.toThrow(reason);
  });
});

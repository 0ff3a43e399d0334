import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CheckoutRequest } from "../../../lib/checkouts/checkout_request.ts";
import { createCheckout } from "../../../lib/checkouts/create_checkout.ts";
import { isUlid } from "../../../lib/ids.ts";
import { getMarketplace } from "../../../lib/marketplaces/get_marketplace.ts";
import type { Marketplace } from "../../../lib/marketplaces/marketplace.ts";
import { findOrder } from "../../../lib/orders/find_order.ts";
import { listOrders } from "../../../lib/orders/list_orders.ts";
import { moveOrder, type OrderState } from "../../../lib/orders/move_order.ts";
import { forgetPlatform } from "../../../lib/utilities/platform.ts";
import { anApiToken, saveApiToken } from "../../support/api_tokens.ts";
import { aCheckout, placeOf } from "../../support/checkouts.ts";
import { weather } from "../../support/orders.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { sessionsOf } from "../../support/stripe.ts";

afterEach(() => vi.useRealTimers());

const DAY_MS = 24 * 60 * 60_000;
const request = v.parse(CheckoutRequest, aCheckout());

let space: TestSpace;
let first: Marketplace;
beforeEach(async () => {
  space = await aSpace();
  first = await getMarketplace(placeOf(space));
});

const expired: OrderState = {
  status: "expired",
  payment_intent: undefined,
  cause: "evt_1",
  at: "2026-11-25T12:00:00.000Z",
  detail: "The Checkout Session expired unpaid.",
};

const ordersOf = async ({ marketplace }: Marketplace) =>
  (await listOrders(marketplace, { limit: 50, next: undefined })).data;

describe("a new checkout", () => {
  it("places an open Order of what the buyer is to pay, and of its session", async () => {
    const order = await createCheckout(first, request, undefined);
    const [session] = await sessionsOf(space);
    expect(order).toEqual({
      id: expect.stringMatching(/^[0-9A-Z]{26}$/),
      space: space.space,
      room: first.room,
      marketplace: first.marketplace,
      status: "open",
      currency: "usd",
      amount_total: 5_850,
      product_total: 5_000,
      delivery_amount: 500,
      tax_amount: 350,
      livemode: false,
      checkout_session: session?.id,
      checkout_url: session?.url,
      placed_at: new Date((session?.created ?? 0) * 1000).toISOString(),
      lines: request.line_items,
      vendor_account: first.stripe_account,
    });
    expect(isUlid(order.id)).toBe(true);
    expect(session?.metadata).toEqual({ order: order.id, marketplace: first.marketplace });
    expect(await ordersOf(first)).toEqual([order]);
  });

  it("keeps what was sold with its notes, and the buyer's address", async () => {
    const line = { name: "Birthday cake", unit_amount: 4_200, quantity: 1, note: "For Ada, without nuts" };
    const order = await createCheckout(
      first,
      { ...request, line_items: [line], customer_email: "jenny@example.com" },
      undefined,
    );
    expect(order).toMatchObject({ lines: [line], buyer_email: "jenny@example.com" });
    expect(await ordersOf(first)).toEqual([order]);
  });

  it("fits in its row at the most that a checkout takes, in a script of three bytes a character", async () => {
    const line = { name: "餅".repeat(250), unit_amount: 100, quantity: 1, note: "餅".repeat(500) };
    const most = { ...request, line_items: Array(100).fill(line), delivery_amount: 0, tax_amount: 0 };
    const order = await createCheckout(first, v.parse(CheckoutRequest, most), undefined);
    expect(await findOrder(order.marketplace, order.id)).toEqual(order);
  });

  it("is another one each time, where no Idempotency-Key says otherwise", async () => {
    const orders = [
      await createCheckout(first, request, undefined),
      await createCheckout(first, request, undefined),
    ];
    expect(await ordersOf(first)).toEqual(orders.toReversed());
    expect(await sessionsOf(space)).toHaveLength(2);
  });
});

describe("the same Idempotency-Key", () => {
  it("again is answered with the same Order and session", async () => {
    const order = await createCheckout(first, request, "order-1");
    expect(await createCheckout(first, request, "order-1")).toEqual(order);
    expect(await ordersOf(first)).toEqual([order]);
    expect(await sessionsOf(space)).toHaveLength(1);
  });

  it("at the same moment places one Order and gives all of them one answer", async () => {
    const answers = await Promise.all([1, 2, 3].map(() => createCheckout(first, request, "order-1")));
    const orders = await ordersOf(first);
    expect(orders).toHaveLength(1);
    expect(answers).toEqual([orders[0], orders[0], orders[0]]);
    const sessions = (await sessionsOf(space)).map(({ id }) => id);
    expect(sessions).toContain(orders[0]?.checkout_session);
  });

  it("with another request is refused, and makes nothing", async () => {
    const order = await createCheckout(first, request, "order-1");
    const other = { ...request, tax_amount: 0 };
    await expect(createCheckout(first, other, "order-1")).rejects.toMatchObject({ status: 422 });
    expect(await ordersOf(first)).toEqual([order]);
    expect(await sessionsOf(space)).toHaveLength(1);
  });

  it("in another Marketplace is another key", async () => {
    const second = await getMarketplace(placeOf(space, space.second));
    const one = await createCheckout(first, request, "order-1");
    const another = await createCheckout(second, request, "order-1");
    expect(another.id).not.toBe(one.id);
    expect(await ordersOf(second)).toEqual([another]);
  });

  it("of an Order that is over gives all who come at once one new Order, and keeps both", async () => {
    const { checkout_url, ...over } = await createCheckout(first, request, "order-1");
    expect(checkout_url).toMatch(/^http/);
    await moveOrder(over, expired);
    const answers = await Promise.all([1, 2, 3, 4].map(() => createCheckout(first, request, "order-1")));
    const [next, old, ...others] = await ordersOf(first);
    expect([next?.status, old, others]).toEqual([
      "open",
      { ...over, status: "expired", version: 1, wanted: 1 },
      [],
    ]);
    expect(answers).toEqual(answers.map(() => next));
  });

  it("of an Order that is over still names no other request", async () => {
    await moveOrder(await createCheckout(first, request, "order-1"), expired);
    const other = createCheckout(first, { ...request, tax_amount: 0 }, "order-1");
    await expect(other).rejects.toMatchObject({ status: 422 });
  });

  it("of an Order that is over finds the new one after a crash on the way", async () => {
    const over = await createCheckout(first, request, "order-1");
    await moveOrder(over, expired);
    await weather(space, { error_after_success: 1 });
    await expect(createCheckout(first, request, "order-1")).rejects.toMatchObject({ status: 503 });
    const next = await createCheckout(first, request, "order-1");
    expect(await createCheckout(first, request, "order-1")).toEqual(next);
    expect((await ordersOf(first)).map(({ id }) => id)).toEqual([next.id, over.id]);
  });

  it("loses nothing where a bank pays the old Order after all", async () => {
    const over = await createCheckout(first, request, "order-1");
    await moveOrder(over, { ...expired, status: "payment_failed" });
    const next = await createCheckout(first, request, "order-1");
    await moveOrder(over, { ...expired, status: "paid", cause: "evt_2", payment_intent: "pi_1" });
    expect((await ordersOf(first)).map(({ id, status }) => [id, status])).toEqual([
      [next.id, "open"],
      [over.id, "paid"],
    ]);
  });

  it("after 24 h is a new one, and places a new Order", async () => {
    const start = Math.floor(Date.now() / 1000) * 1000;
    vi.useFakeTimers({ toFake: ["Date"], now: start });
    const order = await createCheckout(first, request, "order-1");
    vi.setSystemTime(start + DAY_MS);
    const next = await createCheckout(first, request, "order-1");
    expect(await ordersOf(first)).toEqual([next, order]);
  });
});

describe("a checkout that goes wrong", () => {
  it.each([
    ["Stripe is down", { unavailable: 2 }],
    ["Stripe asks to slow down", { rate_limit: 1 }],
    ["Stripe fails after it made the session", { error_after_success: 1 }],
  ])("leaves no Order where %s, and the same key works the next time", async (_what, trouble) => {
    await weather(space, trouble);
    await expect(createCheckout(first, request, "order-1")).rejects.toMatchObject({ status: 503 });
    expect(await ordersOf(first)).toEqual([]);
    const order = await createCheckout(first, request, "order-1");
    expect(await ordersOf(first)).toEqual([order]);
    const paid = (await sessionsOf(space)).find(({ id }) => id === order.checkout_session);
    expect(paid?.metadata).toMatchObject({ order: order.id });
  });

  it.each([
    ["there is no key yet", undefined, 409],
    ["the key was revoked", anApiToken(), 409],
  ])(
    "leaves no Order where %s, and the same key works when one is saved",
    async (_what, apiToken, status) => {
      await saveApiToken(space.space, apiToken, space.utility);
      forgetPlatform(space.space);
      await expect(createCheckout(first, request, "order-1")).rejects.toMatchObject({ status });
      expect(await ordersOf(first)).toEqual([]);
      await saveApiToken(space.space, space.stripeSecretKey, space.utility);
      const order = await createCheckout(first, request, "order-1");
      expect(await ordersOf(first)).toEqual([order]);
    },
  );

  it("leaves no Order and no session where Stripe does not accept it", async () => {
    const tiny = { ...request, line_items: [{ name: "Crumb", unit_amount: 1, quantity: 1 }] };
    const creating = createCheckout(first, { ...tiny, delivery_amount: 0, tax_amount: 0 }, randomUUID());
    await expect(creating).rejects.toMatchObject({ status: 400, code: "amount_too_small" });
    expect(await ordersOf(first)).toEqual([]);
    expect(await sessionsOf(space)).toEqual([]);
  });
});

it("lets an Idempotency-Key come with the corrected request, where Stripe refused the first", async () => {
  const tiny = { ...request, line_items: [{ name: "Crumb", unit_amount: 1, quantity: 1 }] };
  const refused = createCheckout(first, { ...tiny, delivery_amount: 0, tax_amount: 0 }, "basket-1");
  await expect(refused).rejects.toMatchObject({ status: 400 });
  expect(await createCheckout(first, request, "basket-1")).toMatchObject({ status: "open" });
});

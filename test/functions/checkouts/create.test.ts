import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { handler } from "../../../functions/checkouts/create.ts";
import { findOrder } from "../../../lib/orders/find_order.ts";
import { listOrders } from "../../../lib/orders/list_orders.ts";
import { checkoutSessionCompleted } from "../../../lib/stripe_events/handlers/checkout.session.completed.ts";
import { keepsToItsSpace } from "../../support/access.ts";
import { aCheckout, checkOut, placeOf } from "../../support/checkouts.ts";
import { contextOf, handled } from "../../support/handled_event.ts";
import { atStripe, weather } from "../../support/orders.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { sessionsOf } from "../../support/stripe.ts";

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
});

/** Handles what Stripe has to tell of the session by now. */
const follow = async (session: string) =>
  await checkoutSessionCompleted(
    handled(space, "checkout.session.completed", session),
    await contextOf(space),
  );
const orderNow = (order: string) => findOrder(space.first.marketplace, order);

const body = JSON.stringify(aCheckout());
const post = (facts: Parameters<typeof aRequest>[0]) =>
  handler(aRequest({ method: "POST", path: placeOf(space), headers: bearer(space.apiKey), ...facts }));

describe("who may check out", () => {
  keepsToItsSpace(handler, { method: "POST", body });
});

describe("a checkout", () => {
  it("answers 201 with the Order, its session and where to pay", async () => {
    const answer = await checkOut(space);
    const [session] = await sessionsOf(space);
    expect(answer).toEqual({
      status: 201,
      body: {
        order: session?.metadata?.order,
        checkout_session: session?.id,
        status: "open",
        url: session?.url,
      },
    });
  });

  it("is taken from a body that came as base64", async () => {
    const answer = await post({ body: Buffer.from(body).toString("base64"), isBase64Encoded: true });
    expect(answer.statusCode).toBe(201);
  });

  it("is JSON whatever it calls itself: curl calls it a form", async () => {
    const headers = { ...bearer(space.apiKey), "content-type": "application/x-www-form-urlencoded" };
    expect((await post({ body, headers })).statusCode).toBe(201);
  });

  it("is placed in the Marketplace of the path", async () => {
    const { body } = await checkOut(space, { marketplace: space.second });
    const { data } = await listOrders(space.second.marketplace, { limit: 50, next: undefined });
    expect(data.map(({ id }) => id)).toEqual([body.order]);
  });

  it("is answered the same again where the Idempotency-Key says that it is the same", async () => {
    const idempotencyKey = randomUUID();
    const first = await checkOut(space, { idempotencyKey });
    expect(await checkOut(space, { idempotencyKey })).toEqual(first);
    const other = await checkOut(space, { idempotencyKey, body: aCheckout({ tax_amount: 0 }) });
    expect(other).toEqual({
      status: 422,
      body: {
        error: {
          code: "idempotency_key_reused",
          message: "This Idempotency-Key came with another request before.",
        },
      },
    });
  });

  it.each([
    ["paid", ["pay"]],
    ["awaiting_payment", ["pay_later"]],
    ["paid", ["pay_later", "bank_pays"]],
  ] as const)("that is %s after %j is answered 200 with that, and no URL", async (status, actions) => {
    const idempotencyKey = randomUUID();
    const { order, checkout_session } = (await checkOut(space, { idempotencyKey })).body;
    for (const action of actions) await atStripe(space, action, checkout_session);
    await follow(checkout_session);
    expect(await checkOut(space, { idempotencyKey })).toEqual({
      status: 200,
      body: { order, checkout_session, status, url: null },
    });
  });

  it.each([
    ["expired", ["expire"]],
    ["payment_failed", ["pay_later", "bank_refuses"]],
  ] as const)("that is %s is answered with a new Order, which can be paid", async (status, actions) => {
    const idempotencyKey = randomUUID();
    const first = (await checkOut(space, { idempotencyKey })).body;
    for (const action of actions) await atStripe(space, action, first.checkout_session);
    await follow(first.checkout_session);
    const again = await checkOut(space, { idempotencyKey });
    expect(again).toMatchObject({
      status: 201,
      body: { status: "open", url: expect.stringMatching(/^http/) },
    });
    expect(again.body.order).not.toBe(first.order);
    expect(await checkOut(space, { idempotencyKey })).toEqual(again);
    await atStripe(space, "pay", again.body.checkout_session);
    await follow(again.body.checkout_session);
    const [old, paid] = [await orderNow(first.order), await orderNow(again.body.order)];
    expect([old?.status, paid?.status]).toEqual([status, "paid"]);
  });

  it.each(["", "two words"])("is refused with the malformed Idempotency-Key %j", async (idempotencyKey) => {
    expect(await checkOut(space, { idempotencyKey })).toMatchObject({
      status: 400,
      body: { error: { code: "invalid_field" } },
    });
  });

  it.each([undefined, "", "line_items=1", "{"])(
    "is refused where the body is %j, which is no JSON",
    async (body) => {
      const answer = answerOf(await post(body === undefined ? {} : { body }));
      expect(answer).toEqual({
        status: 400,
        body: { error: { code: "not_json", message: "The body is not JSON." } },
      });
    },
  );

  it("answers 503 while Stripe does not, and says nothing of Stripe's words", async () => {
    await weather(space, { unavailable: 2 });
    expect(await checkOut(space)).toEqual({
      status: 503,
      body: {
        error: {
          code: "stripe_unavailable",
          message: "Stripe does not answer. Try again in a moment, with the same Idempotency-Key.",
        },
      },
    });
  });

  it("answers 503 where the table of Orders does not", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    vi.stubEnv("ORDERS_TABLE", "no-such-table");
    try {
      expect(await checkOut(space)).toMatchObject({ status: 503, body: { error: { code: "unavailable" } } });
      // What failed, and that a checkout did, which rings.
      expect(log).toHaveBeenCalledTimes(2);
    } finally {
      vi.unstubAllEnvs();
      log.mockRestore();
    }
  });
});

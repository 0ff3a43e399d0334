import { beforeAll, describe, expect, it } from "vitest";
import { handler as show } from "../../../functions/orders/show.ts";
import { handler } from "../../../functions/refunds/create.ts";
import { configuration } from "../../../lib/configuration.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { placeOf } from "../../support/checkouts.ts";
import { aForm, aVisit } from "../../support/forms.ts";
import { orderRow } from "../../support/money_rows.ts";
import { type OrderB, orderB, sharedOrderB } from "../../support/order_b.ts";
import { member, type Person, representative } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { requestsTo } from "../../support/simulator.ts";
import { aSpace } from "../../support/spaces.ts";

const pathOf = ({ space, order }: OrderB) => ({ ...placeOf(space), order: order.id });

const refund = async (order: OrderB, person: Person, body: unknown, key?: string) =>
  answerOf(
    await handler({
      ...aRequest({
        method: "POST",
        path: pathOf(order),
        headers: {
          "x-csrf-token": person.csrf,
          origin: new URL(configuration.baseUrl).origin,
          ...(key && { "idempotency-key": key }),
        },
        body: JSON.stringify(body),
      }),
      cookies: person.cookies,
    }),
  );

const asked = async ({ space }: OrderB): Promise<number> =>
  (await requestsTo(space, "/v1/refunds")).filter(({ method }) => method === "POST").length;
const refunds = async (order: OrderB) =>
  (await order.stripe.refunds.list({ charge: await order.charge() })).data.map(({ amount }) => amount);

describe("a refund", () => {
  it("goes to the buyer, and the Vendor gives back their part", async () => {
    const order = await sharedOrderB();
    const dana = await member(order.space);
    const wanted = { amount: 650, product_amount: 650, reason: "requested_by_customer" };
    expect(await refund(order, dana, wanted)).toMatchObject({
      status: 201,
      body: {
        split: { status: "done" },
        money: { refunded: 650, target: 608, net: 608 },
        movements: [
          { kind: "transfer", amount: 1215, state: "done" },
          {
            kind: "refund",
            amount: 650,
            currency: "usd",
            state: "done",
            stripe: expect.stringMatching(/^re_/),
          },
          { kind: "reversal", amount: 607, state: "done" },
        ],
      },
    });
    const { data } = await order.stripe.refunds.list({ charge: await order.charge() });
    expect(data).toMatchObject([
      {
        amount: 650,
        reason: "requested_by_customer",
        metadata: { product_amount: "650", order: order.order.id },
      },
    ]);
    const { audit } = await readSpace(order.space.space);
    expect(audit.filter(({ what }) => what.includes("refunded"))).toEqual([
      expect.objectContaining({ what: `refunded $6.50 of Order ${order.order.id}` }),
    ]);
  });

  it("is one, where the same request is made again, and another where it names another amount: 400", async () => {
    const order = await sharedOrderB();
    const dana = await member(order.space);
    expect((await refund(order, dana, { amount: 650 }, "key-1")).status).toBe(201);
    expect((await refund(order, dana, { amount: 650 }, "key-1")).status).toBe(200);
    expect((await refund(order, dana, { amount: 651 }, "key-1")).status).toBe(400);
    expect((await refund(order, dana, { amount: 650, product_amount: 650 }, "key-1")).status).toBe(400);
    expect(await refunds(order)).toEqual([650]);
    expect((await refund(order, dana, { amount: 650 }, "key-2")).status).toBe(201);
    expect(await refunds(order)).toEqual([650, 650]);
  });

  it("is one, where two ask at once with the same key", async () => {
    const order = await sharedOrderB();
    const dana = await member(order.space);
    const answers = await Promise.all([1, 2].map(() => refund(order, dana, { amount: 1890 }, "key-1")));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect((await refund(order, dana, { amount: 1890 }, "key-1")).status).toBe(200);
    expect(await refunds(order)).toEqual([1890]);
  });

  it("is never more than was paid, where two ask at once for the whole", async () => {
    const order = await sharedOrderB();
    const dana = await member(order.space);
    const answers = await Promise.all(["a", "b"].map((key) => refund(order, dana, { amount: 1890 }, key)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(await refunds(order)).toEqual([1890]);
    expect(await order.net()).toBe(0);
  });

  it("by one form, sent twice, is one: the second gets 409", async () => {
    const order = await sharedOrderB();
    const dana = await member(order.space);
    const form = { amount: "650", request: "form-1-650" };
    const first = await handler(aForm(dana, pathOf(order), form));
    expect([first.statusCode, first.headers?.location]).toEqual([303, expect.stringMatching(/#money$/)]);
    expect((await handler(aForm(dana, pathOf(order), form))).statusCode).toBe(409);
    expect(await refunds(order)).toEqual([650]);
  });

  it("that Stripe refuses is told, and the Order is as it was", async () => {
    const order = await sharedOrderB();
    const dana = await member(order.space);
    await order.dispute({ inquiry: true });
    const answer = await refund(order, dana, { amount: 650 });
    const refund_ = (await order.movements()).find(({ kind }) => kind === "refund");
    if (refund_?.state === "refused") {
      expect(answer.body.movements.at(-1)).toMatchObject({ kind: "refund", state: "refused", stripe: null });
      expect(await order.net()).toBe(1215);
    } else expect(await order.net()).toBe(798);
    expect((await order.now()).open_movement).toBeUndefined();
  });
});

describe("of what cannot be refunded, Stripe is not asked", () => {
  it.each([
    [1891, 400],
    [0, 400],
    [-1, 400],
    [6.5, 400],
    ["650", 400],
    [undefined, 400],
    [Number.MAX_SAFE_INTEGER + 2, 400],
  ])("an amount of %j", async (amount, status) => {
    const order = await sharedOrderB();
    expect((await refund(order, await member(order.space), { amount })).status).toBe(status);
    expect(await asked(order)).toBe(0);
  });

  it("more for products than the refund has, or than there were", async () => {
    const order = await sharedOrderB();
    const dana = await member(order.space);
    expect((await refund(order, dana, { amount: 650, product_amount: 651 })).status).toBe(400);
    expect((await refund(order, dana, { amount: 1890, product_amount: 1301 })).status).toBe(400);
    expect(await asked(order)).toBe(0);
  });

  it("more than is left", async () => {
    const order = await sharedOrderB();
    await order.refund(1500);
    expect((await refund(order, await member(order.space), { amount: 391 })).status).toBe(400);
    expect(await asked(order)).toBe(1);
  });

  it.each<[string, (order: OrderB) => Promise<unknown>]>([
    ["is disputed", (order) => order.dispute()],
    ["the bank took back", (order) => order.failLate()],
    ["was refunded", (order) => order.refund()],
  ])("what %s: 409", async (_what, happens) => {
    const order = await sharedOrderB();
    await happens(order);
    const before = await asked(order);
    expect(await refund(order, await member(order.space), { amount: 1 })).toMatchObject({
      status: 409,
      body: { error: { code: "not_refundable" } },
    });
    expect(await asked(order)).toBe(before);
  });

  it("what nobody has paid: 409", async () => {
    const order = await orderB();
    expect(await refund(order, await member(order.space), { amount: 1 })).toMatchObject({
      status: 409,
      body: { error: { code: "not_refundable" } },
    });
    expect(await asked(order)).toBe(0);
  });
});

describe("who refunds", () => {
  let order: OrderB;
  beforeAll(async () => {
    order = await sharedOrderB();
  });
  it("is a member: no API key, no representative, nobody of another Space", async () => {
    const request = { method: "POST", path: pathOf(order), body: '{"amount":1}' };
    for (const key of [order.space.apiKey, order.space.sellKey])
      expect((await handler(aRequest({ ...request, headers: bearer(key) }))).statusCode).toBe(403);
    const strangers = [await representative(order.space), await member(await aSpace())];
    for (const person of strangers) expect((await refund(order, person, { amount: 1 })).status).toBe(404);
    expect(await asked(order)).toBe(0);
  });

  it("sees before who pays it, and nothing is changed by looking", async () => {
    const dana = await member(order.space);
    const before = await orderRow(order.order);
    const look = async (query: Record<string, string>) => {
      const visit = aVisit(dana, pathOf(order));
      return await show({ ...visit, queryStringParameters: query });
    };
    const { statusCode, body } = await look({ amount: "6.50", product_amount: "" });
    expect(statusCode).toBe(200);
    expect(body).toMatch(/Vendor gives\s*<strong>\$4\.17<\/strong>/);
    expect(body).toContain("Refund $6.50");
    expect((await look({ amount: "6.50", product_amount: "6.50" })).body).toMatch(
      /<strong>\$6\.07<\/strong>/,
    );
    expect((await look({ amount: "18.91", product_amount: "" })).body).toContain("must be at most");
    expect((await look({ amount: "a lot", product_amount: "" })).body).toContain("must be an amount in USD");
    expect(await orderRow(order.order)).toEqual(before);
    expect(await asked(order)).toBe(0);
  });
});

it("shows what issue 16 promises as JSON", async () => {
  const order = await sharedOrderB();
  await refund(order, await member(order.space), { amount: 650 });
  const { body } = answerOf(
    await show(aRequest({ path: pathOf(order), headers: bearer(order.space.sellKey) })),
  );
  expect(body).toMatchObject({
    lines: [{ name: "Sourdough bread", unit_amount: 650, quantity: 2 }],
    buyer_email: expect.stringMatching(/@/), // as the buyer gave it to Stripe
  });
  expect(body.money).toEqual({
    currency: "usd",
    gross: 1890,
    fee: 85,
    share: 1215,
    refunded: 650,
    disputed: 0,
    target: 798,
    sent: 1215,
    reversed: 417,
    net: 798,
    owed: 0,
    dispute_fees: 0,
    written_off: 0,
  });
  expect(Object.keys(body.split).sort()).toEqual(["detail", "reason", "since", "status"]);
  for (const movement of body.movements)
    expect(Object.keys(movement)).toEqual(["kind", "amount", "currency", "state", "stripe", "because", "at"]);
});

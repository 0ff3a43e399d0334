import { beforeAll, describe, expect, it } from "vitest";
import { handler as show } from "../../../functions/orders/show.ts";
import { handler } from "../../../functions/refunds/create.ts";
import { configuration } from "../../../lib/configuration.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { placeOf } from "../../support/checkouts.ts";
import { aForm, aVisit } from "../../support/forms.ts";
import { changeOrder, orderRow } from "../../support/money_rows.ts";
import { type OrderB, orderB, sharedOrderB } from "../../support/order_b.ts";
import { member, type Person, representative } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { roadToStripe } from "../../support/road_to_stripe.ts";
import { requestsTo } from "../../support/simulator.ts";
import { aSpace } from "../../support/spaces.ts";

const road = await roadToStripe();

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
          {
            kind: "transfer",
            amount: 1215,
            state: "done",
            because: "The Vendor held $0.00 of the $12.15 due.",
          },
          {
            kind: "refund",
            amount: 650,
            because: `${dana.email} asked for it.`,
            currency: "usd",
            state: "done",
            stripe: expect.stringMatching(/^re_/),
          },
          {
            kind: "reversal",
            amount: 607,
            state: "done",
            because: "The Vendor held $12.15, of which $6.08 was due.",
          },
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
    expect(audit.filter(({ what }) => what.includes("refund"))).toEqual([
      expect.objectContaining({ what: `asked Stripe to refund $6.50 of Order ${order.order.id}` }),
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

  it.each<[string, string, (order: OrderB) => Promise<void>, (order: OrderB) => Promise<unknown>]>([
    [
      "the bank lost the dispute for the buyer, and then gave all of it back",
      "charge_disputed",
      async (order) => {
        const { id } = await order.dispute();
        await order.bank(id, "lose");
        await order.bank(id, "return");
      },
      async () => {},
    ],
    [
      "somebody refunds it at Stripe in the same moment",
      "charge_already_refunded",
      async ({ space }) => road.strike(space, "held", "GET /v1/payment_intents"),
      async (order) => {
        await expect.poll(() => road.holds(order.space)).toBeGreaterThan(0);
        await order.refund();
        road.clear(order.space);
      },
    ],
  ])(
    "that Stripe refuses is 409 and told, and nothing is half done: %s",
    async (_what, code, before, meanwhile) => {
      const order = await sharedOrderB();
      const dana = await member(order.space);
      await before(order);
      const made = await refunds(order);
      const [answer] = await Promise.all([refund(order, dana, { amount: 650 }, "key-1"), meanwhile(order)]);
      const message = `Stripe refused the refund of $6.50, and said ${code}.`;
      expect(answer).toMatchObject({ status: 409, body: { error: { code: "refund_refused", message } } });
      expect((await order.movements()).slice(1)).toMatchObject([
        { kind: "refund", amount: 650, state: "refused", code },
      ]);
      const { open_movement, split, lease_until } = await order.now();
      expect([open_movement, split?.status, lease_until]).toEqual([undefined, "done", undefined]);
      const { body } = answerOf(
        await show(aRequest({ path: pathOf(order), headers: bearer(order.space.sellKey) })),
      );
      expect(body.timeline).toContainEqual(
        expect.objectContaining({
          entry: "refund_failed",
          detail: `Stripe refused the refund, and said ${code}.`,
        }),
      );
      // However often it is asked for; and what others refunded is theirs.
      const times = await asked(order);
      expect(await refund(order, dana, { amount: 650 }, "key-1")).toMatchObject({ status: 409 });
      expect(await asked(order)).toBe(times);
      const theirs = (await refunds(order)).length - made.length;
      await order.settle();
      expect(await order.net()).toBe(theirs > 0 ? 0 : 1215);
    },
  );

  it("of which Stripe's answer is lost is 202, and looked after", async () => {
    const order = await sharedOrderB();
    const dana = await member(order.space);
    road.strike(order.space, "unanswered", "POST /v1/refunds");
    expect(await refund(order, dana, { amount: 650 }, "key-1")).toMatchObject({
      status: 202,
      body: { split: { status: "under_way" } },
    });
    road.clear(order.space);
    await order.settle();
    expect(await refund(order, dana, { amount: 650 }, "key-1")).toMatchObject({ status: 200 });
    expect(await refunds(order)).toEqual([650]);
  });
});

describe("where a restored table has lost the row of a movement that the Order calls open", () => {
  const torn = async (order: OrderB, open_movement: number) => {
    await changeOrder(order.order, { open_movement, movements: Math.max(1, open_movement) });
  };

  it.each([
    ["lost", 2],
    ["of a movement that has its outcome", 1],
  ])("a row that is %s blocks no refund", async (_what, seq) => {
    const order = await sharedOrderB();
    await torn(order, seq);
    expect((await refund(order, await member(order.space), { amount: 650 })).status).toBe(201);
    expect(await order.net()).toBe(798);
    expect((await order.now()).open_movement).toBeUndefined();
  });

  it("the next look forgets it, and what it did is found at Stripe", async () => {
    const order = await sharedOrderB();
    await order.refund(650);
    await order.settle();
    await torn(order, 7);
    expect(await order.settle()).toBe("done");
    expect((await order.now()).open_movement).toBeUndefined();
    expect(await order.net()).toBe(798);
    const dana = await member(order.space);
    expect((await refund(order, dana, { amount: 1241 })).status).toBe(400);
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

  it("what says more than is understood: a field misspelt is not left out", async () => {
    const order = await sharedOrderB();
    const dana = await member(order.space);
    expect(await refund(order, dana, { amount: 650, products_amount: 650 })).toMatchObject({
      status: 400,
      body: { error: { code: "invalid_field", message: "products_amount: is no field here" } },
    });
    const form = { amount: "650", products_amount: "650", request: "form-1-650" };
    expect((await handler(aForm(dana, pathOf(order), form))).statusCode).toBe(400);
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
    expect((await look({ amount: "$6.50", product_amount: "" })).body).toContain("Refund $6.50");
    const complaint = async (amount: string, product_amount = "") =>
      / role="alert">([^<]*)</.exec((await look({ amount, product_amount })).body ?? "")?.[1];
    expect(await complaint("18.91")).toBe("At most $18.90 can be refunded.");
    expect(await complaint("18.90", "13.01")).toBe("At most $13.00 of it can be for products.");
    expect(await complaint("a lot")).toBe("Enter an amount in USD, such as 5.00.");
    expect(await complaint(" ")).toBe("Enter an amount, such as 5.00.");
    expect(await orderRow(order.order)).toEqual(before);
    expect(await asked(order)).toBe(0);
  });
});

it("shows the form again with what was typed, in money, where more was refunded since", async () => {
  const order = await sharedOrderB();
  const dana = await member(order.space);
  await order.refund(650);
  const form = { amount: "1890", request: "form-1-1890" };
  const { statusCode, body } = await handler(aForm(dana, pathOf(order), form));
  expect(statusCode).toBe(400);
  expect(body).toContain("At most $12.40 can be refunded.");
  expect(body).toMatch(/<input id="amount"[^>]* value="18\.90"/);
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
    buyer_erased_at: null,
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

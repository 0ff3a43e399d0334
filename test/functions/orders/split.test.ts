import { beforeAll, describe, expect, it } from "vitest";
import { handler } from "../../../functions/orders/split.ts";
import { configuration } from "../../../lib/configuration.ts";
import { DECISIONS, type Decision } from "../../../lib/money/decide_split.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { placeOf } from "../../support/checkouts.ts";
import { aForm } from "../../support/forms.ts";
import { changeOrder } from "../../support/money_rows.ts";
import { type OrderB, sharedOrderB } from "../../support/order_b.ts";
import { member, type Person, representative } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace } from "../../support/spaces.ts";

const pathOf = ({ space, order }: OrderB) => ({ ...placeOf(space), order: order.id });

const decide = async (order: OrderB, person: Person, body: object) =>
  answerOf(
    await handler({
      ...aRequest({
        method: "POST",
        path: pathOf(order),
        headers: { "x-csrf-token": person.csrf, origin: new URL(configuration.baseUrl).origin },
        body: JSON.stringify(body),
      }),
      cookies: person.cookies,
    }),
  );

const owes = async (order: OrderB) => {
  await order.vendorHas(0);
  await order.refund(650);
};
const release = async (order: OrderB) => {
  await order.takeBackByHand(1215);
  await changeOrder(order.order, { split: undefined, money: undefined });
};

/** How an Order comes to stand so; then what each decision that is allowed then brings it to, and what the Vendor holds. */
const STATES: [string, (order: OrderB) => Promise<unknown>, Partial<Record<Decision, [string, number]>>][] = [
  ["done", async () => {}, {}],
  [
    "on_hold: overpaid_by_hand",
    (order) => order.sendByHand(85),
    { take_back: ["done", 1215], leave: ["done", 1300] },
  ],
  [
    "on_hold: taken_back_by_hand",
    (order) => order.takeBackByHand(300),
    { send: ["done", 1215], leave: ["done", 915] },
  ],
  ["on_hold: vendor_balance", owes, { write_off: ["done", 1215] }],
  ["by_hand: paid_before_splits", release, { send: ["done", 1215] }],
];

describe.each(STATES)("an Order that is %s", (stands, happens, allowed) => {
  it.each(DECISIONS.filter((each) => each !== "try_now"))("takes %s, or not", async (decision) => {
    const order = await sharedOrderB();
    await happens(order);
    expect(await order.settle()).toBe(stands);
    const before = await order.now();
    const moved = (await order.movements()).length;
    const dana = await member(order.space);
    const answer = await decide(order, dana, { do: decision, version: before.version });
    const [status, net] = allowed[decision] ?? [];
    const entries = (await readSpace(order.space.space)).audit.filter(({ actor }) =>
      actor.includes(dana.email),
    );
    if (status === undefined) {
      expect(answer).toMatchObject({ status: 409, body: { error: { code: "nothing_to_decide" } } });
      expect((await order.movements()).length).toBe(moved);
      expect((await order.now()).split).toEqual(before.split);
      expect(entries).toEqual([]);
    } else {
      expect(answer).toMatchObject({ status: 200, body: { split: { status }, money: { net } } });
      expect(await order.net()).toBe(net);
      expect(entries).toHaveLength(1);
      expect(entries[0]?.what).toContain(order.order.id);
      // What was decided stays so.
      expect(await order.settle()).toBe(status);
      expect(await order.net()).toBe(net);
    }
  });
});

it("takes back what was sent by hand, and asks anew about as much that is sent by hand later", async () => {
  const order = await sharedOrderB();
  const dana = await member(order.space);
  for (let times = 1; times <= 2; times++) {
    await order.sendByHand(85);
    expect(await order.settle()).toBe("on_hold: overpaid_by_hand");
    expect((await decide(order, dana, { do: "take_back" })).status).toBe(200);
    expect(await order.net()).toBe(1215);
    await order.pass();
  }
});

describe("who decides", () => {
  let order: OrderB;
  let dana: Person;
  beforeAll(async () => {
    order = await sharedOrderB();
    dana = await member(order.space);
    await order.sendByHand(85);
    await order.settle();
  });

  it.each([
    ["manages", () => order.space.apiKey],
    ["sells", () => order.space.sellKey],
  ])("is a person: an API key that %s gets 403", async (_may, key) => {
    const request = { method: "POST", path: pathOf(order), headers: bearer(key()), body: '{"do":"leave"}' };
    expect(answerOf(await handler(aRequest(request)))).toMatchObject({
      status: 403,
      body: { error: { code: "person_needed" } },
    });
  });

  it("is no representative, and nobody of another Space", async () => {
    const vera = await representative(order.space);
    const other = await member(await aSpace());
    expect((await decide(order, vera, { do: "leave" })).status).toBe(404);
    expect((await decide(order, other, { do: "leave" })).status).toBe(404);
    expect((await order.now()).split?.status).toBe("on_hold");
  });

  it("saw the Order as it is: who looks at an older page gets 409", async () => {
    const { version = 0 } = await order.now();
    const answer = await decide(order, dana, { do: "leave", version: version - 1 });
    expect(answer).toMatchObject({ status: 409, body: { error: { code: "changed_meanwhile" } } });
    expect((await order.now()).split?.status).toBe("on_hold");
  });

  it("saw the sums as they are: what has happened at Stripe since is a new question", async () => {
    const owing = await sharedOrderB();
    await owes(owing);
    await owing.settle();
    const { version } = await owing.now();
    await owing.refund();
    const person = await member(owing.space);
    const answer = await decide(owing, person, { do: "write_off", version });
    expect(answer).toMatchObject({ status: 409, body: { error: { code: "changed_meanwhile" } } });
    expect((await owing.now()).decisions).toBeUndefined();
  });

  it.each([{ do: "burn" }, {}, { do: "leave", version: "x" }])("says something: %j is 400", async (body) => {
    expect((await decide(order, dana, body)).status).toBe(400);
  });

  it("says nothing else: an unknown field is 400, and nothing is decided", async () => {
    expect(await decide(order, dana, { do: "leave", amount: 85 })).toMatchObject({
      status: 400,
      body: { error: { code: "invalid_field", message: "amount: is no field here" } },
    });
    expect((await order.now()).split?.status).toBe("on_hold");
  });

  it("looks whenever they like", async () => {
    const shared = await sharedOrderB();
    const person = await member(shared.space);
    await shared.refund(650);
    expect(await decide(shared, person, { do: "try_now" })).toMatchObject({
      status: 200,
      body: { split: { status: "done" }, money: { net: 798, refunded: 650 } },
    });
  });

  it("presses a button, and is sent back to the Order", async () => {
    const { version } = await order.now();
    const { statusCode, headers } = await handler(
      aForm(dana, pathOf(order), { do: "leave", version: String(version) }),
    );
    expect([statusCode, headers?.location]).toEqual([303, expect.stringMatching(/#money$/)]);
    expect((await order.now()).split?.status).toBe("done");
  });
});

import { describe, expect, it } from "vitest";
import { handler } from "../../../functions/orders/preview_split.ts";
import { placeOf } from "../../support/checkouts.ts";
import { changeOrder } from "../../support/money_rows.ts";
import { type OrderB, orderB, sharedOrderB } from "../../support/order_b.ts";
import { atStripe, weather } from "../../support/orders.ts";
import { member } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { control } from "../../support/simulator.ts";
import { tableCallsOf, writesOf } from "../../support/table_calls.ts";

const preview = async ({ space, order }: OrderB) =>
  answerOf(
    await handler(aRequest({ path: { ...placeOf(space), order: order.id }, headers: bearer(space.apiKey) })),
  );

/** What the Space's account was asked for at Stripe so far. */
const atSimulator = async ({ space }: OrderB) =>
  (await control<{ data: { method: string }[] }>(space, "requests")).data;

/** What happened to an Order since its share was sent; what would be moved, as cents to the Vendor; and how it would stand. */
const STORIES: [string, (order: OrderB) => Promise<unknown>, number[], string][] = [
  ["nothing", async () => {}, [], "done"],
  ["a refund", (order) => order.refund(650), [-417], "done"],
  ["a dispute", (order) => order.dispute(), [-1215], "done"],
  [
    "a dispute that was won",
    async (order) => {
      const { id } = await order.dispute();
      await order.settle();
      await order.platformHas(100_000);
      await order.bank(id, "win");
    },
    [1215],
    "done",
  ],
  [
    "two refunds",
    async (order) => {
      await order.refund(650);
      await order.refund(650);
    },
    [-835],
    "done",
  ],
  [
    "a refund, when the Vendor has less at hand",
    async (order) => {
      await order.vendorHas(100);
      await order.refund(650);
    },
    [-100],
    "on_hold: vendor_balance",
  ],
  [
    "a refund, when the Vendor has nothing at hand",
    async (order) => {
      await order.vendorHas(0);
      await order.refund(650);
    },
    [],
    "on_hold: vendor_balance",
  ],
  ["something taken back by hand", (order) => order.takeBackByHand(300), [], "on_hold: taken_back_by_hand"],
  ["something sent by hand", (order) => order.sendByHand(85), [], "on_hold: overpaid_by_hand"],
  [
    "something sent by hand, and a refund of all",
    async (order) => {
      await order.sendByHand(85);
      await order.pass();
      await order.refund();
    },
    [-85, -1215],
    "done",
  ],
  [
    "something sent by hand, and a refund of all, when the Vendor has less at hand",
    async (order) => {
      await order.sendByHand(500);
      await order.pass();
      await order.vendorHas(1250);
      await order.refund();
    },
    [-500, -750],
    "on_hold: vendor_balance",
  ],
  [
    "all that was before shares were sent from here",
    async (order) => {
      await order.takeBackByHand(1215);
      await changeOrder(order.order, { split: undefined, money: undefined });
    },
    [],
    "by_hand: paid_before_splits",
  ],
];

describe.each(STORIES)("after %s", (_what, happens, moves, stands) => {
  it("says what a look would do, which a look then does, and does nothing itself", async () => {
    const order = await sharedOrderB();
    await happens(order);
    const net = await order.net();
    const before = (await atSimulator(order)).length;
    const { result, calls } = await tableCallsOf(() => preview(order));
    expect(result.status).toBe(200);
    const { steps, split } = result.body;
    const moved = steps.map(({ kind, amount }: { kind: string; amount: number }) =>
      kind === "transfer" ? amount : -amount,
    );
    expect([moved, split.reason ? `${split.status}: ${split.reason}` : split.status]).toEqual([
      moves,
      stands,
    ]);
    for (const { account, currency } of steps)
      expect([account, currency]).toEqual([order.order.vendor_account, "usd"]);
    expect(writesOf(calls)).toEqual([]);
    const asked = (await atSimulator(order)).slice(before);
    expect(asked.filter(({ method }) => method !== "GET")).toEqual([]);

    expect(await order.settle()).toBe(stands);
    expect(await order.net()).toBe(moves.reduce((sum, amount) => sum + amount, net));
    expect((await order.now()).split?.detail).toBe(split.detail);
  });
});

it("says so of an Order that nobody has paid, and of one whose payment nobody has told of", async () => {
  const order = await orderB();
  expect((await preview(order)).body).toEqual({
    steps: [],
    split: { status: "none", reason: null, detail: "The Order is not paid." },
  });
  await atStripe(order.space, "pay", order.order.checkout_session);
  expect((await preview(order)).body).toMatchObject({ steps: [], split: { status: "none" } });
});

it("waits, as a look does, for a fee that Stripe does not know yet", async () => {
  const order = await orderB();
  await weather(order.space, { late_fee: true });
  await order.pay();
  expect((await preview(order)).body).toMatchObject({
    steps: [],
    split: { status: "waiting", reason: "fee_unknown" },
  });
});

it("says what is in the way at Stripe", async () => {
  const order = await sharedOrderB();
  await order.refund(650);
  await weather(order.space, { unavailable: 100 });
  expect(await preview(order)).toMatchObject({
    status: 503,
    body: { error: { code: "stripe_unavailable" } },
  });
  await weather(order.space, { unavailable: 0 });
});

it("leaves by hand what is, also where the key is gone", async () => {
  const order = await sharedOrderB();
  await changeOrder(order.order, { split: undefined, money: undefined, livemode: true });
  expect((await preview(order)).body.split).toMatchObject({
    status: "by_hand",
    reason: "paid_before_splits",
  });
  expect(await order.settle()).toBe("by_hand: paid_before_splits");
});

it("is a page for people", async () => {
  const order = await sharedOrderB();
  await order.refund(650);
  const { cookies } = await member(order.space);
  const request = aRequest({
    path: { ...placeOf(order.space), order: order.order.id },
    headers: { accept: "text/html" },
  });
  const { body = "" } = await handler({ ...request, cookies });
  expect(body).toContain("<strong>$4.17</strong> back from");
  expect(body).toContain("as they should");
});

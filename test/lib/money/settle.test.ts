import { expect, it } from "vitest";
import { type OrderB, orderB, sharedOrderB } from "../../support/order_b.ts";
import { atStripe } from "../../support/orders.ts";
import { control } from "../../support/simulator.ts";
import { aVendorAtStripe } from "../../support/vendors.ts";
import { writeUnitsOf } from "../../support/write_units.ts";

/** What happens; then how the split stands, what the Vendor holds at Stripe, and what was moved since. */
type Step = [happens: (order: OrderB) => unknown, stands: string, net: number, ...moved: string[]];

const refundFails = async (order: OrderB) => {
  const { data } = await order.stripe.refunds.list({ charge: await order.charge() });
  await order.turnRefund(data[0]?.id ?? "", "fail");
};
const theDispute = async (order: OrderB): Promise<string> =>
  (await order.stripe.disputes.list({ charge: await order.charge() })).data[0]?.id ?? "";
const byHand = async (order: OrderB, amount: number, destination = order.order.vendor_account ?? "") =>
  await order.stripe.transfers.create({
    amount,
    currency: "usd",
    destination,
    source_transaction: await order.charge(),
  });

/** Each begins with Order B paid and shared, or only placed. */
const STORIES: Record<string, { placed?: true; steps: Step[] }> = {
  "is plain": { placed: true, steps: [[(order) => order.pay(), "done", 1215, "transfer 1215"]] },
  "is refunded in part": {
    steps: [[(order) => order.refund(650), "done", 798, "reversal 417"]],
  },
  "is refunded in two parts at once": {
    steps: [[(order) => Promise.all([order.refund(650), order.refund(650)]), "done", 380, "reversal 835"]],
  },
  "is refunded": { steps: [[(order) => order.refund(), "done", 0, "reversal 1215"]] },
  "has its delivery refunded": {
    steps: [[(order) => order.refund(500, { product_amount: "0" }), "done", 1215]],
  },
  "has as much refunded, and nobody said of what": {
    steps: [[(order) => order.refund(500), "done", 894, "reversal 321"]],
  },
  "has products refunded": {
    steps: [[(order) => order.refund(650, { product_amount: "650" }), "done", 608, "reversal 607"]],
  },
  "has a refund that fails": {
    steps: [
      [(order) => order.refund(650), "done", 798, "reversal 417"],
      [refundFails, "done", 1215, "transfer 417"],
    ],
  },
  "has eleven refunds": {
    steps: [
      [
        async (order) => {
          for (let n = 0; n < 11; n++) await order.refund(100);
        },
        "done",
        508,
        "reversal 707",
      ],
    ],
  },
  "is disputed, and won": {
    steps: [
      [(order) => order.dispute(), "done", 0, "reversal 1215"],
      [
        async (order) => {
          await order.bank(await theDispute(order), "win");
          await order.platformHas(5_000);
        },
        "done",
        1215,
        "transfer 1215 from the balance",
      ],
    ],
  },
  "is disputed, and lost, and the bank returns a part": {
    steps: [
      [(order) => order.dispute(), "done", 0, "reversal 1215"],
      [
        async (order) => {
          await order.bank(await theDispute(order), "lose");
          await order.bank(await theDispute(order), "return", 650);
        },
        "done",
        418,
        "transfer 418",
      ],
    ],
  },
  "is disputed before the split, and won": {
    placed: true,
    steps: [
      [
        async (order) => {
          await atStripe(order.space, "pay", order.order.checkout_session);
          await order.dispute();
          await order.tell();
        },
        "waiting: dispute_open",
        0,
      ],
      [
        async (order) => {
          await order.bank(await theDispute(order), "win");
        },
        "done",
        1215,
        "transfer 1215",
      ],
    ],
  },
  "is disputed, and lost": {
    steps: [
      [(order) => order.dispute(), "done", 0, "reversal 1215"],
      [async (order) => order.bank(await theDispute(order), "lose"), "done", 0],
    ],
  },
  "is inquired about": {
    steps: [
      [(order) => order.dispute({ inquiry: true }), "done", 1215],
      [async (order) => order.bank(await theDispute(order), "close"), "done", 1215],
    ],
  },
  "is refunded in part, and the rest is disputed": {
    steps: [
      [(order) => order.refund(650), "done", 798, "reversal 417"],
      [(order) => order.dispute({ amount: 1240 }), "done", 0, "reversal 798"],
    ],
  },
  "is disputed for more than was paid": {
    steps: [[(order) => order.dispute({ amount: 2500 }), "done", 0, "reversal 1215"]],
  },
  "is taken back by the bank": {
    steps: [[(order) => order.failLate(), "done", 0, "reversal 1215"]],
  },
  "is refunded before the split": {
    placed: true,
    steps: [
      [
        async (order) => {
          await atStripe(order.space, "pay", order.order.checkout_session);
          await order.refund();
          await order.tell();
        },
        "nothing_due",
        0,
      ],
    ],
  },
  "was paid out by hand in part": {
    placed: true,
    steps: [
      [
        async (order) => {
          await atStripe(order.space, "pay", order.order.checkout_session);
          await byHand(order, 1000);
          await order.tell();
        },
        "done",
        1215,
        "transfer 215",
      ],
    ],
  },
  "was paid out by hand to another account": {
    steps: [
      [
        async (order) => byHand(order, 85, await aVendorAtStripe(order.space)),
        "on_hold: overpaid_by_hand",
        1215,
      ],
    ],
  },
  "is taken back by hand in part": {
    steps: [
      [
        async (order) => {
          const [sent] = await order.movements();
          await order.stripe.transfers.createReversal(sent?.stripe ?? "", { amount: 300 });
        },
        "on_hold: taken_back_by_hand",
        915,
      ],
    ],
  },
  "is refunded, and the Vendor has no money at hand": {
    steps: [
      [
        async (order) => {
          await order.vendorHas(0);
          await order.refund(650);
        },
        "on_hold: vendor_balance",
        1215,
      ],
      [(order) => order.vendorHas(100), "on_hold: vendor_balance", 1115, "reversal 100"],
      [(order) => order.vendorHas(5_000), "done", 798, "reversal 317"],
    ],
  },
  "is overpaid by hand": {
    steps: [[(order) => byHand(order, 85), "on_hold: overpaid_by_hand", 1300]],
  },
};

it.each(Object.entries(STORIES))("an Order that %s", async (_name, { placed, steps }) => {
  const order = placed ? await orderB() : await sharedOrderB();
  for (const [happens, stands, net, ...moved] of steps) {
    const before = (await order.movements()).length;
    await happens(order);
    expect(await order.settle()).toBe(stands);
    expect(await order.net()).toBe(net);
    const since = (await order.movements()).slice(before);
    expect(since.map(wordsOf)).toEqual(moved);
    expect(since.every(({ state }) => state === "done")).toBe(true);
    expect((await order.now()).proof).toMatchObject({ state: "ok", difference: 0 });
  }
});

const wordsOf = (movement: Awaited<ReturnType<OrderB["movements"]>>[number]): string => {
  const words = `${movement.kind} ${movement.amount}`;
  if (movement.kind !== "transfer") return words;
  return movement.source ? words : `${words} from the balance`;
};

it("asks Stripe for two things and sends one, for a plain sale", async () => {
  const order = await orderB();
  await atStripe(order.space, "pay", order.order.checkout_session);
  const asked = async () =>
    (await control<{ data: { method: string; path: string }[] }>(order.space, "requests")).data;
  const before = (await asked()).length;
  await order.tell();
  const [session, ...rest] = (await asked()).slice(before).map(({ method, path }) => `${method} ${path}`);
  expect(session).toBe(`GET /v1/checkout/sessions/${order.order.checkout_session}`);
  // Of this Vendor's account the Marketplace's row does not say that it may be sent anything, so Stripe is asked.
  const account = `GET /v1/accounts/${order.order.vendor_account}`;
  expect(rest.filter((each) => each !== account)).toEqual(["GET /v1/transfers", "POST /v1/transfers"]);
  expect(await order.net()).toBe(1215);
});

it("writes no more than 24 units for a plain sale", async () => {
  const order = await orderB();
  await atStripe(order.space, "pay", order.order.checkout_session);
  const { sum } = await writeUnitsOf(() => order.tell());
  expect(await order.net()).toBe(1215);
  expect(sum).toBeLessThanOrEqual(24);
});

import type Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { newReceiver, simulatorForTests } from "../support.ts";
import { balanceIn, type newMarket, orderB } from "./sale.ts";

const url = await simulatorForTests();

type Platform = Awaited<ReturnType<typeof newMarket>>;

const payOut = async ({ control }: Pick<Platform, "control">, wanted: object): Promise<Stripe.Payout> =>
  (await control("/payouts", { currency: "usd", ...wanted })).body;

const paidOutBy = async ({ stripe }: Pick<Platform, "stripe">, payout: string) =>
  (await stripe.balanceTransactions.list({ payout, limit: 100 })).data;

describe("an automatic payout", () => {
  it("pays out all that is available, and tells what it was made of", async () => {
    const order = await orderB(url);
    const { stripe } = order;
    const payout = await payOut(order, {});
    expect(payout).toMatchObject({
      id: expect.stringMatching(/^po_1\w{23}$/),
      amount: 590,
      automatic: true,
      status: "paid",
      reconciliation_status: "completed",
    });
    expect(balanceIn(await stripe.balance.retrieve())).toEqual([0, 0]);
    // What it takes from the balance is among them, as at Stripe.
    const all = await paidOutBy(order, payout.id);
    expect(all.map(({ type, net, source }) => [type, net, source])).toEqual([
      ["payout", -590, payout.id],
      ["transfer", -1_215, order.transfer],
      ["charge", 1_805, order.charge],
    ]);
    expect(all[0]?.id).toBe(payout.balance_transaction);
    expect(await stripe.payouts.retrieve(payout.id)).toEqual(expect.objectContaining(payout));
    const [expanded] = (await stripe.balanceTransactions.list({ type: "payout", expand: ["data.source"] }))
      .data;
    expect(expanded?.source).toEqual(payout);
  });

  it("is made of what came after the one before, and leaves what is pending", async () => {
    const order = await orderB(url);
    const first = await payOut(order, {});
    await order.stripe.transfers.createReversal(order.transfer, { amount: 100 });
    const second = await payOut(order, {});
    expect(second.amount).toBe(100);
    expect((await paidOutBy(order, second.id)).map(({ type }) => type)).toEqual([
      "payout",
      "transfer_refund",
    ]);
    expect(await paidOutBy(order, first.id)).toHaveLength(3);
    expect((await order.stripe.payouts.list({ status: "paid" })).data.map(({ id }) => id)).toEqual([
      second.id,
      first.id,
    ]);
    expect((await order.stripe.payouts.list({ status: "failed" })).data).toEqual([]);
  });

  it("is told of, when it is on its way, has arrived, and can be reconciled", async () => {
    const order = await orderB(url);
    const { received, url: to, types } = await newReceiver();
    await order.stripe.webhookEndpoints.create({ url: to, enabled_events: ["*"] });
    const payout = await payOut(order, {});
    await expect.poll(types).toHaveLength(3);
    const events = received.map(({ event }) => event).filter(({ type }) => type.startsWith("payout."));
    expect(events.map(({ type, data }) => [type, "status" in data.object && data.object.status])).toEqual([
      ["payout.created", "in_transit"],
      ["payout.paid", "paid"],
      ["payout.reconciliation_completed", "paid"],
    ]);
    expect(events[1]?.data.object).toEqual(payout);
  });
});

describe("a payout by hand", () => {
  it("is of so much, and does not tell what it was made of", async () => {
    const order = await orderB(url);
    const payout = await payOut(order, { amount: 90 });
    expect(payout).toMatchObject({ amount: 90, automatic: false, reconciliation_status: "not_applicable" });
    expect(await paidOutBy(order, payout.id)).toEqual([]);
    expect(balanceIn(await order.stripe.balance.retrieve())).toEqual([0, 500]);
    const { body } = await order.control(`/accounts/${order.id}/balance`, {
      available: 400,
      currency: "usd",
    });
    expect(balanceIn(body)).toEqual([0, 400]);
    expect((await order.stripe.payouts.list()).data.map(({ amount }) => amount)).toEqual([100, 90]);
  });

  it("is never of more than there is, nor of nothing", async () => {
    const order = await orderB(url);
    const before = await order.stripe.balance.retrieve();
    for (const wanted of [{ amount: 591 }, { amount: 0 }, { currency: "eur" }, { amount: 1, to: "me" }])
      expect(await order.control("/payouts", { currency: "usd", ...wanted })).toMatchObject({ status: 400 });
    expect(await order.stripe.balance.retrieve()).toEqual(
      expect.objectContaining({ ...before, lastResponse: expect.anything() }),
    );
    expect((await order.stripe.payouts.list()).data).toEqual([]);
  });
});

it("comes back where the bank refuses it, once", async () => {
  const order = await orderB(url);
  const { id } = await payOut(order, {});
  const { body } = await order.control(`/payouts/${id}`, { do: "fail" });
  expect(body).toMatchObject({ status: "failed", failure_code: "account_closed" });
  const back = await order.stripe.balanceTransactions.retrieve(body.failure_balance_transaction);
  expect(back).toMatchObject({ type: "payout_failure", reporting_category: "payout_reversal", net: 590 });
  expect((await order.stripe.events.list({ type: "payout.failed" })).data).toHaveLength(1);
  expect((await order.control(`/payouts/${id}`, { do: "fail" })).status).toBe(400);
  expect(balanceIn(await order.stripe.balance.retrieve())).toEqual([0, 590]);
  expect((await payOut(order, {})).amount).toBe(590);
});

it("is an account's own: a Vendor's is none of the platform's", async () => {
  const order = await orderB(url);
  const paid = await fetch(`${url}/simulator/payouts`, {
    method: "POST",
    headers: { Authorization: `Bearer ${order.key}`, "Stripe-Account": order.vendor },
    body: JSON.stringify({ currency: "usd" }),
  });
  expect(await paid.json()).toMatchObject({ amount: 1_215 });
  expect((await order.stripe.payouts.list({}, order.asVendor)).data).toHaveLength(1);
  expect((await order.stripe.payouts.list()).data).toEqual([]);
});

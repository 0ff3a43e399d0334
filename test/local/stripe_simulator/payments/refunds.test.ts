import { describe, expect, it } from "vitest";
import { waitFor } from "../../../support/wait.ts";
import { simulatorForTests } from "../support.ts";
import { newMarket, orderB, sale } from "./sale.ts";

const url = await simulatorForTests();

describe("a refund", () => {
  it("takes from the platform alone, in part and then the rest", async () => {
    const { stripe, charge, intent, held, types } = await orderB(url);
    const before = await types();
    const refund = await stripe.refunds.create({
      payment_intent: intent,
      amount: 650,
      reason: "requested_by_customer",
      metadata: { product_amount: "650" },
    });
    expect(refund).toMatchObject({
      id: expect.stringMatching(/^re_/),
      amount: 650,
      charge,
      currency: "usd",
      payment_intent: intent,
      reason: "requested_by_customer",
      metadata: { product_amount: "650" },
      status: "succeeded",
      destination_details: { type: "card" },
      transfer_reversal: null,
    });
    expect(refund).not.toHaveProperty("pending_reason");
    expect(refund).not.toHaveProperty("failure_balance_transaction");
    expect(await stripe.charges.retrieve(charge, { expand: ["refunds"] })).toMatchObject({
      amount_refunded: 650,
      refunded: false,
      refunds: { data: [{ id: refund.id }], has_more: false },
    });
    expect(await stripe.refunds.retrieve(refund.id, { expand: ["balance_transaction"] })).toMatchObject({
      balance_transaction: { type: "refund", reporting_category: "refund", net: -650, fee: 0 },
    });
    expect(await held()).toEqual({ vendor: 1_215, platform: -60 });
    expect((await types()).slice(before.length)).toEqual(["refund.created", "charge.refunded"]);
    expect(await stripe.refunds.create({ charge })).toMatchObject({ amount: 1_240 });
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 1_890, refunded: true });
    expect(await held()).toEqual({ vendor: 1_215, platform: -1_300 });
    expect((await stripe.refunds.list({ charge })).data.map(({ amount }) => amount)).toEqual([1_240, 650]);
    expect((await stripe.refunds.list({ payment_intent: intent })).data).toHaveLength(2);
    expect((await stripe.refunds.list({ charge: "ch_x" })).data).toEqual([]);
  });

  it("changes its metadata, and is never cancelled", async () => {
    const { stripe, refund } = await orderB(url);
    const { id } = await refund(650);
    expect(await stripe.refunds.update(id, { metadata: { product_amount: "650" } })).toMatchObject({
      metadata: { product_amount: "650" },
    });
    await expect(stripe.refunds.cancel(id)).rejects.toMatchObject({ statusCode: 400 });
    expect((await stripe.events.list({ type: "refund.updated" })).data).toMatchObject([
      { data: { previous_attributes: { metadata: {} } } },
    ]);
  });

  it("gives the money back if it fails", async () => {
    const { stripe, charge, refund, takeBack, control, held, types } = await orderB(url);
    const { id } = await refund(650);
    await takeBack(417);
    expect(await held()).toEqual({ vendor: 798, platform: 357 });
    const before = await types();
    expect(await control(`/refunds/${id}`, { do: "fail" })).toMatchObject({
      status: 200,
      body: { status: "failed", failure_reason: expect.any(String) },
    });
    expect(await stripe.refunds.retrieve(id, { expand: ["failure_balance_transaction"] })).toMatchObject({
      failure_balance_transaction: { type: "refund_failure", net: 650, source: id },
    });
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 0, refunded: false });
    expect((await types()).slice(before.length)).toEqual([
      "refund.updated",
      "refund.failed",
      "charge.refund.updated",
    ]);
    expect(await held()).toEqual({ vendor: 798, platform: 1_007 });
    expect(await control(`/refunds/${id}`, { do: "fail" })).toMatchObject({ status: 400 });
    expect(await control(`/refunds/${id}`, { do: "succeed" })).toMatchObject({ status: 400 });
  });

  it("is pending until the bank has answered, if the weather says so", async () => {
    const { stripe, refund, control, setFaults, held } = await orderB(url);
    await setFaults({ refund_pending: "processing" });
    const { id } = await refund(650);
    expect(await stripe.refunds.retrieve(id)).toMatchObject({
      status: "pending",
      pending_reason: "processing",
      balance_transaction: expect.stringMatching(/^txn_/),
    });
    expect(await held()).toMatchObject({ platform: -60 });
    await control(`/refunds/${id}`, { do: "succeed" });
    expect(await stripe.refunds.retrieve(id)).toMatchObject({ status: "succeeded" });
    expect((await stripe.events.list({ type: "refund.updated" })).data).toMatchObject([
      { data: { previous_attributes: { status: "pending", pending_reason: "processing" } } },
    ]);
  });

  it("waits for money if the weather says so, and a reversal pays for it", async () => {
    const { stripe, refund, charge, setFaults, takeBack, held } = await orderB(url);
    await setFaults({ refund_pending: "insufficient_funds" });
    expect(await refund(590)).toMatchObject({ status: "succeeded" });
    const { id } = await refund(60);
    expect(await stripe.refunds.retrieve(id)).toMatchObject({
      status: "pending",
      pending_reason: "insufficient_funds",
      balance_transaction: null,
    });
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 650 });
    expect(await held()).toMatchObject({ platform: 0 });
    await takeBack(417);
    await waitFor(async () =>
      expect(await stripe.refunds.retrieve(id)).toMatchObject({ status: "succeeded" }),
    );
    expect(await held()).toEqual({ vendor: 798, platform: 357 });
  });

  it("waits until there is enough, those that came first before the others", async () => {
    const { stripe, refund, setFaults, takeBack, held } = await orderB(url);
    await setFaults({ refund_pending: "insufficient_funds" });
    const [first, second] = [await refund(700), await refund(800)];
    const statuses = async () =>
      Promise.all([first, second].map(async ({ id }) => (await stripe.refunds.retrieve(id)).status));
    expect(await statuses()).toEqual(["pending", "pending"]);
    await takeBack(200);
    await waitFor(async () => expect(await statuses()).toEqual(["succeeded", "pending"]));
    await takeBack(700);
    expect(await statuses()).toEqual(["succeeded", "pending"]);
    await takeBack(10);
    await waitFor(async () => expect(await statuses()).toEqual(["succeeded", "succeeded"]));
    expect(await held()).toEqual({ vendor: 305, platform: 0 });
  });

  it("that waits for money can fail without ever taking any", async () => {
    const { stripe, refund, control, setFaults, held } = await orderB(url);
    await setFaults({ refund_pending: "insufficient_funds" });
    const { id } = await refund(650);
    await control(`/refunds/${id}`, { do: "fail" });
    const failed = await stripe.refunds.retrieve(id);
    expect(failed).toMatchObject({ status: "failed", failure_reason: "insufficient_funds" });
    expect(failed).not.toHaveProperty("failure_balance_transaction");
    expect(await held()).toMatchObject({ platform: 590 });
  });

  it("costs what its currency is worth on its own day", async () => {
    const market = await newMarket(url);
    const settleAt = (rate: number) => market.setFaults({ settlement: { currency: "usd", rate, fee: 127 } });
    await settleAt(1.0947);
    const { charge } = await sale(market, { currency: "eur" });
    await settleAt(1.0969);
    const { stripe } = market;
    expect(
      await stripe.refunds.create({ charge, amount: 650, expand: ["balance_transaction"] }),
    ).toMatchObject({
      amount: 650,
      currency: "eur",
      balance_transaction: { currency: "usd", net: -713, exchange_rate: 1.0969 },
    });
  });
});

describe("a refund is refused", () => {
  it.each([
    ["above what is left", { amount: 1_241 }, { param: "amount" }],
    ["of a charge that is not there", { charge: "ch_x" }, { code: "resource_missing", param: "charge" }],
    ["of an intent that is not there", { payment_intent: "pi_x" }, { code: "resource_missing" }],
    ["that should reverse a transfer that the charge did not make", { reverse_transfer: true }, {}],
  ])("%s", async (_what, params, error) => {
    const { stripe, charge, refund } = await orderB(url);
    await refund(650);
    await expect(stripe.refunds.create({ charge, ...params })).rejects.toMatchObject({
      statusCode: 400,
      ...error,
    });
  });

  it("of nothing, of a whole refund, of a dispute and of what was not paid", async () => {
    const { stripe, charge, refund, dispute, bank } = await orderB(url);
    await expect(stripe.refunds.create({})).rejects.toMatchObject({ statusCode: 400 });
    const { id } = await dispute();
    await expect(refund(650)).rejects.toMatchObject({ code: "charge_disputed" });
    await bank(id, "win");
    await refund();
    await expect(refund()).rejects.toMatchObject({ code: "charge_already_refunded" });
    const market = await newMarket(url);
    const declined = await sale(market, { actions: ["decline"] });
    await expect(market.stripe.refunds.create({ charge: declined.charge })).rejects.toMatchObject({
      code: "charge_not_refundable",
    });
    await expect(market.stripe.refunds.create({ charge })).rejects.toMatchObject({
      code: "resource_missing",
    });
  });
});

it("lets a bank take a payment back after it has succeeded, and Stripe reverses nothing", async () => {
  const market = await newMarket(url);
  const { stripe, vendor, control, held, setFaults } = market;
  const { charge } = await sale(market, { actions: ["pay_later", "bank_pays"] });
  expect(await stripe.charges.retrieve(charge, { expand: ["balance_transaction"] })).toMatchObject({
    balance_transaction: { type: "payment", fee: 15 },
    payment_method_details: { type: "us_bank_account", us_bank_account: { last4: "6789" } },
  });
  await stripe.transfers.create({
    amount: 1_285,
    currency: "usd",
    destination: vendor,
    source_transaction: charge,
  });
  await control(`/charges/${charge}`, { do: "fail_late" });
  expect(await stripe.charges.retrieve(charge, { expand: ["failure_balance_transaction"] })).toMatchObject({
    status: "failed",
    paid: false,
    amount_captured: 1_890,
    failure_code: expect.any(String),
    failure_balance_transaction: { type: "payment_failure_refund", net: -1_890, source: charge },
  });
  expect(await held()).toEqual({ vendor: 1_285, platform: -1_300 });
  expect((await stripe.events.list({ type: "charge.failed" })).data).toHaveLength(1);
  expect(await control(`/charges/${charge}`, { do: "fail_late" })).toMatchObject({ status: 400 });
  await setFaults({ late_fee: true });
  const unsettled = await sale(market);
  expect(await control(`/charges/${unsettled.charge}`, { do: "fail_late" })).toMatchObject({ status: 400 });
});

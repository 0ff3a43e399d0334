import type Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { newPlatform, simulatorForTests } from "../support.ts";
import { newMarket, sale } from "./sale.ts";

const url = await simulatorForTests();

const anId = (prefix: string) => expect.stringMatching(new RegExp(`^${prefix}_\\w+$`));

async function sold() {
  const market = await newMarket(url);
  const { charge, intent } = await sale(market);
  const { stripe, vendor } = market;
  const share = (amount: number, more: Partial<Stripe.TransferCreateParams> = {}) =>
    stripe.transfers.create({
      amount,
      currency: "usd",
      destination: vendor,
      source_transaction: charge,
      ...more,
    });
  return { ...market, charge, intent, share };
}

describe("a transfer from a charge", () => {
  it("moves its money before it is available, in the charge's group, and both sides see it", async () => {
    const { stripe, asVendor, vendor, charge, intent, share, balances, pass } = await sold();
    expect(await balances()).toEqual({ platform: [1_805, 0], vendor: [0, 0] });
    const transfer = await share(1_215, { metadata: { order: "B" }, description: "Order B" });
    expect(transfer).toMatchObject({
      id: anId("tr"),
      amount: 1_215,
      amount_reversed: 0,
      currency: "usd",
      destination: vendor,
      metadata: { order: "B" },
      reversals: { data: [], has_more: false, total_count: 0, url: `/v1/transfers/${transfer.id}/reversals` },
      reversed: false,
      source_transaction: charge,
      source_type: "card",
      transfer_group: `group_${intent}`,
    });
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ transfer_group: `group_${intent}` });
    expect(await stripe.paymentIntents.retrieve(intent)).toMatchObject({ transfer_group: `group_${intent}` });
    expect(await balances()).toEqual({ platform: [590, 0], vendor: [1_215, 0] });
    expect(
      await stripe.transfers.retrieve(transfer.id, {
        expand: ["balance_transaction", "destination", "destination_payment", "source_transaction"],
      }),
    ).toMatchObject({
      balance_transaction: { type: "transfer", amount: -1_215, fee: 0, net: -1_215, source: transfer.id },
      destination: { id: vendor, object: "account" },
      destination_payment: { id: anId("py"), amount: 1_215, source_transfer: transfer.id, paid: true },
      source_transaction: { id: charge },
    });
    const received = await stripe.charges.retrieve(
      String(transfer.destination_payment),
      { expand: ["balance_transaction"] },
      asVendor,
    );
    expect(received).toMatchObject({
      balance_transaction: { type: "payment", net: 1_215, status: "pending" },
    });
    await pass();
    expect(await balances()).toEqual({ platform: [0, 590], vendor: [0, 1_215] });
  });

  it("keeps the group that the charge has", async () => {
    const market = await newMarket(url);
    const { charge } = await sale(market, { payment_intent_data: { transfer_group: "cart_1" } });
    const { stripe, vendor } = market;
    const send = (more = {}) =>
      stripe.transfers.create({
        amount: 100,
        currency: "usd",
        destination: vendor,
        source_transaction: charge,
        ...more,
      });
    expect(await send()).toMatchObject({ transfer_group: "cart_1" });
    await expect(send({ transfer_group: "other" })).rejects.toMatchObject({ param: "transfer_group" });
  });

  it("may not exceed the charge together with its others, and one that was taken back still counts", async () => {
    const { share, stripe, pass } = await sold();
    await expect(share(1_891)).rejects.toMatchObject({
      statusCode: 400,
      message: "Transfers using this transaction as a source must not exceed the source amount of $18.90.",
    });
    const { id } = await share(1_215);
    await pass();
    await stripe.transfers.createReversal(id, { amount: 417 });
    expect(await share(417)).toMatchObject({ amount: 417 });
    await expect(share(259)).rejects.toMatchObject({
      message: expect.stringContaining("already a transfer using this source, amounting to $16.32."),
    });
    expect(await share(258)).toMatchObject({ amount: 258 });
  });

  it("waits until the charge's fee is known", async () => {
    const market = await newMarket(url);
    await market.setFaults({ late_fee: true });
    const { charge } = await sale(market);
    const { stripe, vendor } = market;
    await expect(
      stripe.transfers.create({
        amount: 100,
        currency: "usd",
        destination: vendor,
        source_transaction: charge,
      }),
    ).rejects.toMatchObject({ statusCode: 400, param: "source_transaction" });
  });

  it("is in the currency in which the charge settled", async () => {
    const market = await newMarket(url);
    await market.setFaults({ settlement: { currency: "usd", rate: 1.0947, fee: 127 } });
    const { charge } = await sale(market, { currency: "eur" });
    const { stripe, vendor, balances } = market;
    expect(await stripe.charges.retrieve(charge, { expand: ["balance_transaction"] })).toMatchObject({
      currency: "eur",
      amount: 1_890,
      balance_transaction: { currency: "usd", amount: 2_069, fee: 127, net: 1_942, exchange_rate: 1.0947 },
    });
    const send = (currency: string) =>
      stripe.transfers.create({ amount: 1_296, currency, destination: vendor, source_transaction: charge });
    await expect(send("eur")).rejects.toMatchObject({ param: "currency" });
    expect(await send("usd")).toMatchObject({ amount: 1_296, currency: "usd" });
    expect(await balances()).toEqual({ platform: [646, 0], vendor: [1_296, 0] });
  });
});

describe("a transfer from the balance", () => {
  it("needs the money at hand, and brings it at once", async () => {
    const { stripe, vendor, control, id, balances, pass } = await sold();
    const send = (amount: number, key?: string) =>
      stripe.transfers.create(
        { amount, currency: "usd", destination: vendor, transfer_group: "cart_1" },
        key ? { idempotencyKey: key } : {},
      );
    const refused = { statusCode: 400, code: "balance_insufficient", type: "StripeInvalidRequestError" };
    await expect(send(1_215, "early")).rejects.toMatchObject(refused);
    await pass(0.9);
    await control(`/accounts/${id}/balance`, { available: 1_805, currency: "usd" });
    await expect(send(1_215, "early")).rejects.toMatchObject(refused); // Stripe saves refusals, too
    await control(`/accounts/${id}/balance`, { available: 0, currency: "usd" });
    await pass();
    expect(await send(1_215)).toMatchObject({ transfer_group: "cart_1", source_transaction: null });
    expect(await balances()).toEqual({ platform: [0, 590], vendor: [0, 1_215] });
    expect(
      (await control(`/accounts/${id}/balance`, { available: 5_000, currency: "usd" })).body,
    ).toMatchObject({ available: [{ amount: 5_000, currency: "usd" }] });
    expect(await send(5_000)).toMatchObject({ amount: 5_000 });
  });
});

describe("a transfer is refused", () => {
  it.each([
    ["to nobody", "acct_nobody", { code: "resource_missing", param: "destination" }],
    ["of nothing", { amount: "0" }, { param: "amount" }],
    ["without an amount", { amount: "" }, { param: "amount" }],
    ["of a charge that is not there", { source_transaction: "ch_x" }, { code: "resource_missing" }],
  ])("%s", async (_what, change, error) => {
    const { raw, vendor, pass } = await sold();
    await pass();
    const form = new URLSearchParams({
      amount: "100",
      currency: "usd",
      destination: vendor,
      ...(typeof change === "string" ? { destination: change } : change),
    });
    expect(await raw("POST", "/v1/transfers", String(form))).toMatchObject({ status: 400, body: { error } });
  });

  it("to an account that may not receive any", async () => {
    const { share, control, vendor } = await sold();
    const become = (to: string) => control(`/accounts/${vendor}/onboarding`, { do: to });
    await become("restrict");
    await expect(share(1_215)).rejects.toMatchObject({ code: "insufficient_capabilities_for_transfer" });
    await become("reject");
    await expect(share(1_215)).rejects.toMatchObject({ code: "transfers_not_allowed" });
    await become("complete");
    expect(await share(1_215)).toHaveProperty("id");
  });

  it("to an account that is let go, and to one of another platform", async () => {
    const { share, control, vendor } = await sold();
    const other = await newPlatform(url, ["Somebody else's"]);
    await expect(share(1_215, { destination: other.connected[0] ?? "" })).rejects.toMatchObject({
      code: "resource_missing",
    });
    await control(`/accounts/${vendor}/deauthorize`, {});
    await expect(share(1_215)).rejects.toMatchObject({ code: "resource_missing" });
  });

  it("to another region", async () => {
    const far = await newMarket(url, { display_name: "Vendor", country: "BR" });
    const near = await newMarket(url, { display_name: "Vendor", country: "DE" });
    const send = async (market: typeof far) => {
      const { charge } = await sale(market);
      return market.stripe.transfers.create({
        amount: 100,
        currency: "usd",
        destination: market.vendor,
        source_transaction: charge,
      });
    };
    await expect(send(far)).rejects.toMatchObject({
      code: "transfers_not_allowed",
      message: expect.stringContaining("located in BR"),
    });
    expect(await send(near)).toHaveProperty("id");
  });
});

describe("a reversal", () => {
  it("takes back part and then the rest", async () => {
    const { share, stripe, asVendor, pass, balances } = await sold();
    const { id, destination_payment } = await share(1_215);
    await pass();
    const reversal = await stripe.transfers.createReversal(id, {
      amount: 417,
      metadata: { because: "re_1" },
    });
    expect(reversal).toMatchObject({
      id: anId("trr"),
      amount: 417,
      transfer: id,
      source_refund: null,
      destination_payment_refund: anId("pyr"),
      metadata: { because: "re_1" },
    });
    expect(await stripe.transfers.retrieve(id)).toMatchObject({
      amount_reversed: 417,
      reversed: false,
      reversals: { data: [{ id: reversal.id }] },
    });
    expect(await stripe.charges.retrieve(String(destination_payment), {}, asVendor)).toMatchObject({
      amount_refunded: 417,
      refunded: false,
    });
    expect(
      await stripe.transfers.retrieveReversal(id, reversal.id, { expand: ["balance_transaction"] }),
    ).toMatchObject({ balance_transaction: { type: "transfer_refund", net: 417, source: reversal.id } });
    expect(await balances()).toEqual({ platform: [0, 1_007], vendor: [0, 798] });
    await stripe.transfers.createReversal(id);
    expect(await stripe.transfers.retrieve(id)).toMatchObject({ amount_reversed: 1_215, reversed: true });
    expect((await stripe.transfers.listReversals(id)).data.map(({ amount }) => amount)).toEqual([798, 417]);
    await expect(stripe.transfers.createReversal(id)).rejects.toMatchObject({ statusCode: 400 });
    const types = (await stripe.events.list({ type: "transfer.*" })).data.map(({ type }) => type);
    expect(types).toEqual(["transfer.reversed", "transfer.reversed", "transfer.created"]);
  });

  it("takes no more than the Vendor has at hand", async () => {
    const { share, stripe, control, vendor, pass, balances, setFaults } = await sold();
    const { id } = await share(1_215);
    const take = (amount: number) => stripe.transfers.createReversal(id, { amount });
    const refused = { statusCode: 400, code: "balance_insufficient" };
    await expect(take(417)).rejects.toMatchObject(refused); // it is not available yet
    await pass();
    const atHand = (available: number) =>
      control(`/accounts/${vendor}/balance`, { available, currency: "usd" });
    await atHand(400);
    await expect(take(417)).rejects.toMatchObject(refused);
    expect(await take(400)).toMatchObject({ amount: 400 });
    expect(await balances()).toMatchObject({ vendor: [0, 0] });
    await atHand(2_000);
    await setFaults({ reversal_refused: true });
    await expect(take(17)).rejects.toMatchObject(refused);
    await setFaults({ reversal_refused: false });
    await expect(take(816)).rejects.toMatchObject({ param: "amount" });
    expect(await take(17)).toMatchObject({ amount: 17 });
  });

  it("is refused once the account is let go", async () => {
    const { share, stripe, control, vendor, pass } = await sold();
    const { id } = await share(1_215);
    await pass();
    await control(`/accounts/${vendor}/deauthorize`, {});
    await expect(stripe.transfers.createReversal(id)).rejects.toMatchObject({ code: "account_invalid" });
  });

  it("of another transfer is not found", async () => {
    const { share, stripe, pass } = await sold();
    const [one, other] = [await share(100), await share(100)];
    await pass();
    const { id } = await stripe.transfers.createReversal(one.id);
    await expect(stripe.transfers.retrieveReversal(other.id, id)).rejects.toMatchObject({ statusCode: 404 });
    expect(await stripe.transfers.updateReversal(one.id, id, { metadata: { seen: "yes" } })).toMatchObject({
      metadata: { seen: "yes" },
    });
    expect(await stripe.transfers.retrieve(one.id)).toMatchObject({
      reversals: { data: [{ id, metadata: { seen: "yes" } }] },
    });
  });
});

describe("transfers", () => {
  it("are found by group, destination and time, ten at a time", async () => {
    const { share, stripe, vendor, intent } = await sold();
    for (let n = 0; n < 11; n += 1) await share(1);
    const transfer_group = `group_${intent}`;
    const page = await stripe.transfers.list({ transfer_group });
    expect(page).toMatchObject({ has_more: true });
    expect(page.data).toHaveLength(10);
    const rest = await stripe.transfers.list({ transfer_group, starting_after: page.data[9]?.id ?? "" });
    expect(rest).toMatchObject({ has_more: false, data: [{ amount: 1 }] });
    expect((await stripe.transfers.list({ destination: vendor, limit: 100 })).data).toHaveLength(11);
    expect((await stripe.transfers.list({ transfer_group: "other" })).data).toEqual([]);
    expect((await stripe.transfers.list({ created: { lt: 1 } })).data).toEqual([]);
  });

  it("change their description and metadata, and tell it", async () => {
    const { share, stripe } = await sold();
    const { id } = await share(1, { metadata: { a: "1" } });
    expect(await stripe.transfers.update(id, { description: "Mine", metadata: { b: "2" } })).toMatchObject({
      description: "Mine",
      metadata: { a: "1", b: "2" },
    });
    expect((await stripe.events.list({ type: "transfer.updated" })).data).toMatchObject([
      { data: { object: { id }, previous_attributes: { metadata: { a: "1" }, description: null } } },
    ]);
  });
});

import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startSimulator } from "../../../../local/stripe_simulator/simulator.ts";
import { simulatorForTests, stripeAt } from "../support.ts";
import { balanceIn, DAY_S, newMarket, sale } from "./sale.ts";

const url = await simulatorForTests();

it("is empty at first, in the account's own currency", async () => {
  const { stripe } = await newMarket(url);
  expect(await stripe.balance.retrieve()).toEqual(
    expect.objectContaining({
      object: "balance",
      livemode: false,
      available: [{ amount: 0, currency: "usd", source_types: { card: 0 } }],
      pending: [{ amount: 0, currency: "usd", source_types: { card: 0 } }],
    }),
  );
});

it("is the sum of one balance transaction for each movement", async () => {
  const market = await newMarket(url);
  const { stripe, vendor, control, pass } = market;
  const { charge } = await sale(market);
  const { id } = await stripe.transfers.create({
    amount: 1_215,
    currency: "usd",
    destination: vendor,
    source_transaction: charge,
  });
  await pass();
  await stripe.transfers.createReversal(id, { amount: 417 });
  await control(`/accounts/${market.id}/balance`, { available: 0, currency: "usd" });
  const { data } = await stripe.balanceTransactions.list({ expand: ["data.source"] });
  expect(data.map(({ type, net }) => [type, net])).toEqual([
    ["payout", -1_007],
    ["transfer_refund", 417],
    ["transfer", -1_215],
    ["charge", 1_805],
  ]);
  expect(data.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => "available"));
  expect(data[0]).toMatchObject({ source: { object: "payout", amount: 1_007, automatic: false } });
  expect(data[3]).toMatchObject({ source: { id: charge, object: "charge" }, fee: 85 });
  expect(data[2]).toMatchObject({ source: { id, object: "transfer" }, available_on: data[3]?.available_on });
  const only = async (params: object) =>
    (await stripe.balanceTransactions.list(params)).data.map(({ type }) => type);
  expect(await only({ type: "transfer" })).toEqual(["transfer"]);
  expect(await only({ source: charge })).toEqual(["charge"]);
  expect(await only({ currency: "eur" })).toEqual([]);
  expect(await only({ payout: "po_x" })).toEqual([]);
  expect(await only({ created: { gte: data[1]?.created } })).toEqual(["payout", "transfer_refund"]);
  expect((await stripe.balanceTransactions.list({ limit: 2 })).has_more).toBe(true);
});

it("is changed by what Stripe books by itself, as Stripe calls it", async () => {
  const { stripe, control } = await newMarket(url);
  const wanted = { type: "reserved_funds", amount: -500, currency: "usd", description: "A reserve" };
  const { body } = await control("/balance_transactions", wanted);
  expect(body).toMatchObject({
    ...wanted,
    reporting_category: "risk_reserved_funds",
    source: null,
    net: -500,
  });
  expect((await stripe.balanceTransactions.list()).data).toEqual([body]);
  expect(balanceIn(await stripe.balance.retrieve())).toEqual([0, -500]);
  expect((await control("/balance_transactions", { ...wanted, type: "charge" })).status).toBe(400);
});

it("tells an account what has become available, and its platform too", async () => {
  const market = await newMarket(url);
  const { stripe, vendor, asVendor, control, pass } = market;
  await sale(market);
  await pass(1);
  expect((await stripe.events.list({ type: "balance.available" })).data).toEqual([]);
  await pass(1);
  expect((await stripe.events.list({ type: "balance.available" })).data).toMatchObject([
    { data: { object: { available: [{ amount: 1_805 }], pending: [{ amount: 0 }] } } },
  ]);
  await control(`/accounts/${vendor}/balance`, { available: 100, currency: "usd" });
  expect((await stripe.events.list({ type: "balance.available" }, asVendor)).data).toMatchObject([
    { account: vendor, data: { object: { available: [{ amount: 100 }] } } },
  ]);
});

it("keeps what is pending, and the time, over a restart", async () => {
  const file = join(await mkdtemp(join(tmpdir(), "stripe-simulator-")), "simulator.sqlite");
  const before = await startSimulator({ port: 0, file });
  const market = await newMarket(before.url);
  await market.pass(10);
  await sale(market);
  await before.close();
  const after = await startSimulator({ port: 0, file });
  const stripe = stripeAt(after.url, market.key);
  expect(balanceIn(await stripe.balance.retrieve())).toEqual([1_805, 0]);
  await fetch(`${after.url}/simulator/clock`, {
    method: "POST",
    headers: { Authorization: `Bearer ${market.key}` },
    body: JSON.stringify({ advance_s: 2 * DAY_S }),
  });
  expect(balanceIn(await stripe.balance.retrieve())).toEqual([0, 1_805]);
  const [newest] = (await stripe.events.list()).data;
  expect((newest?.created ?? 0) - Date.now() / 1000).toBeGreaterThan(11 * DAY_S);
  await after.close();
});

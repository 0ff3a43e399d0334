import { expect, it } from "vitest";
import type { OrderFact } from "../../../lib/ledger/fact.ts";
import type { Proof } from "../../../lib/orders/proof.ts";
import { proveOrder, type ToProve } from "../../../lib/proof/prove_order.ts";
import type { RefundFacts } from "../../../lib/reckoning/facts.ts";
import { MoneyModel } from "../../support/money_model.ts";
import { changeOrder, factRows, forgeRow, loseRow, orderRow } from "../../support/money_rows.ts";
import { type OrderB, orderB, sharedOrderB } from "../../support/order_b.ts";
import { control } from "../../support/simulator.ts";

type Row = Record<string, unknown>;

/** Shared; a refund of 1.00 that failed, another of 6.50, and a dispute of the rest that was won: each kind of row but one. */
const order = await sharedOrderB();
const failing = await order.refund(100);
await order.settle();
await order.turnRefund(failing.id, "fail");
await order.settle();
await order.refund(650);
await order.settle();
await order.platformHas(5_000);
const { id: dispute } = await order.dispute();
await order.settle();
await order.bank(dispute, "win");
await order.platformHas(5_000);
await order.settle();

const proofOf = async (of: OrderB): Promise<Proof | undefined> => {
  await of.settle();
  return (await of.now()).proof;
};

/** Of several the largest. */
const rowOf = async (kind: string): Promise<Row> => {
  const rows = (await factRows(order.order)).filter((each) => each.kind === kind);
  const [row] = rows.sort((one, other) => Math.abs(Number(other.amount)) - Math.abs(Number(one.amount)));
  if (!row) throw new Error(`there is no ${kind} in the ledger`);
  return row;
};

/** Changes a row of this kind; what was there comes back. */
const row = (kind: string, change: (row: Row) => Row) => async (): Promise<() => Promise<unknown>> => {
  const before = await rowOf(kind);
  await forgeRow({ ...before, ...change(before) });
  return () => forgeRow(before);
};

const by = (amount: number) => (of: Row) => ({
  amount: Number(of.amount) + amount,
  net: Number(of.net) + amount,
});

const orderChanges = (change: (order: Row) => Row) => async (): Promise<() => Promise<unknown>> => {
  const before = await orderRow(order.order);
  const changes = change(before);
  await changeOrder(order.order, changes);
  return () =>
    changeOrder(order.order, Object.fromEntries(Object.keys(changes).map((name) => [name, before[name]])));
};

/** What somebody might do to the ledger or to the Order; by how much it is off then, and what is said of it. */
const FAULTS: Record<
  string,
  [plant: () => Promise<() => Promise<unknown>>, difference: number, says: RegExp]
> = {
  "the charge brought a cent more": [row("charge", by(1)), 1, /net of txn|amount of txn/],
  "Stripe's fee is off by one": [
    row("charge", ({ fee, net }) => ({
      fee: Number(fee) - 1,
      net: Number(net) + 1,
      fee_details: [{ type: "stripe_fee", amount: Number(fee) - 1, currency: "usd", description: null }],
    })),
    1,
    /The fee of txn/,
  ],
  "a part of the fee is gone": [row("charge", () => ({ fee_details: [] })), 85, /sum of its parts/],
  "what is left of the charge is another": [
    row("charge", ({ net }) => ({ net: Number(net) - 7 })),
    -7,
    /net/,
  ],
  "the charge was settled in another currency": [row("charge", () => ({ currency: "eur" })), 0, /currency/],
  "the charge was made in another month": [
    row("charge", () => ({ booked_at: "2020-01-31T00:00:00.000Z" })),
    0,
    /booked_at/,
  ],
  "the charge names another source": [row("charge", () => ({ source: "ch_another" })), -1890, /booked/],
  "a rate of exchange appears": [row("charge", () => ({ exchange_rate: 1.1 })), 0, /exchange_rate/],
  "a refund was smaller": [row("refund", by(50)), 50, /amount/],
  "a refund is taken for a dispute": [
    row("refund", () => ({ kind: "dispute" })),
    -650,
    /left with the Distributor/,
  ],
  "a refund was of another amount for the buyer": [
    row("refund", () => ({ source_amount: 1 })),
    0,
    /source_amount/,
  ],
  "a refund did not fail": [row("refund_failure", by(-100)), -100, /amount/],
  "the bank took less": [row("dispute", by(10)), 10, /amount/],
  "the fee of the dispute is gone": [
    row("dispute", ({ amount }) => ({ fee: 0, net: amount, fee_details: [] })),
    1500,
    /fee/,
  ],
  "the bank gave back more": [row("dispute_reversal", by(3)), 3, /amount/],
  "the Vendor was sent less": [row("transfer", by(15)), 15, /amount/],
  "somebody else was sent it": [
    row("transfer", () => ({ account: "acct_another" })),
    -1215,
    /account|Vendor/,
  ],
  "the Vendor gave back more": [row("transfer_reversal", by(1)), 1, /amount/],
  "a reversal was of another transfer": [
    row("transfer_reversal", () => ({ transfer: "tr_another" })),
    -798,
    /booked/,
  ],
  "a refund that never was": [
    async () => {
      const before = await rowOf("refund");
      const forged = { ...before, id: "txn_forged", sk: `${String(before.sk)}forged` };
      await forgeRow(forged);
      return () => loseRow(forged);
    },
    -650,
    /not at Stripe|booked/,
  ],
  "the taxes are another": [
    orderChanges(({ tax_amount }) => ({ tax_amount: Number(tax_amount) + 5 })),
    5,
    /what the buyer paid/,
  ],
  "the products are another": [
    orderChanges(({ product_total, tax_amount }) => ({
      product_total: Number(product_total) - 20,
      tax_amount: Number(tax_amount) + 20,
    })),
    20,
    /share is not/,
  ],
};

it("proves an Order that was refunded, disputed and won to the cent", async () => {
  expect(await proofOf(order)).toEqual({ state: "ok", difference: 0, at: expect.stringMatching(/Z$/) });
  expect(new Set((await factRows(order.order)).map(({ kind }) => kind)).size).toBe(7);
});

it.each(Object.entries(FAULTS))("finds that %s", async (_fault, [plant, difference, says]) => {
  const mend = await plant();
  try {
    expect(await proofOf(order)).toMatchObject({
      state: "off",
      difference,
      detail: expect.stringMatching(says),
    });
    const { attention_since, due_at, split } = await order.now();
    expect({ attention_since, due_at, status: split?.status }).toEqual({
      attention_since: expect.any(String),
      due_at: expect.any(String),
      status: "done",
    });
  } finally {
    await mend();
  }
  expect(await proofOf(order)).toMatchObject({ state: "ok", difference: 0 });
  expect((await order.now()).attention_since).toBeUndefined();
});

it("writes a row again that was lost", async () => {
  const lost = await rowOf("dispute");
  await loseRow(lost);
  expect(await proofOf(order)).toMatchObject({ state: "ok" });
  expect(await rowOf("dispute")).toEqual(lost);
});

it("proves what was settled in another currency, whatever a refund's rate is", async () => {
  const abroad = await orderB({ currency: "eur" });
  await control(abroad.space, "weather", { settlement: { currency: "usd", rate: 1.0947, fee: 127 } });
  await abroad.pay();
  await abroad.pass();
  await control(abroad.space, "weather", { settlement: { currency: "usd", rate: 1.0969, fee: 127 } });
  await abroad.refund(650);
  expect(await proofOf(abroad)).toMatchObject({ state: "ok", difference: 0 });
  expect(await abroad.now()).toMatchObject({ money: { currency: "usd", share: 1296, net: 851 } });
});

it("waits for Stripe's fee, and for what is on its way", () => {
  const { order: of, charge, facts } = new MoneyModel();
  const it: ToProve = {
    order: { ...of, currency: "usd", delivery_amount: 500, tax_amount: 90, money: undefined },
    status: "waiting",
    ledger: { rows: [], atStripe: new Map() },
    facts: { ...facts, charge: { ...charge, settled: undefined } },
    reckoning: undefined,
  };
  expect(proveOrder(it)).toEqual({
    state: "waiting",
    difference: 0,
    detail: "Stripe does not know its fee yet.",
  });
  expect(proveOrder({ ...it, facts: { ...facts, charge: undefined } })).toBeUndefined();
  const refund: RefundFacts = {
    id: "re_1",
    amount: 650,
    status: "pending",
    product_amount: undefined,
    key: undefined,
    created: 1,
  };
  const sold = aSale();
  const after = { ...it, ledger: { rows: [sold], atStripe: new Map([[sold.id, sold]]) } };
  expect(proveOrder({ ...after, facts: { ...facts, refunds: [refund] } })).toEqual({
    state: "waiting",
    difference: 0,
    detail: "The refund re_1 is on its way.",
  });
  expect(proveOrder({ ...after, facts, status: "under_way" })).toMatchObject({ state: "waiting" });
  expect(proveOrder({ ...after, facts })).toEqual({ state: "ok", difference: 0 });
});

const aSale = (): OrderFact => ({
  id: "txn_1",
  space: "a-space",
  marketplace: "a-marketplace",
  order: "an-order",
  kind: "charge",
  type: "charge",
  reporting_category: "charge",
  source: "ch_1",
  amount: 1890,
  fee: 85,
  net: 1805,
  currency: "usd",
  fee_details: [{ type: "stripe_fee", amount: 85, currency: "usd", description: null }],
  booked_at: "2026-11-23T12:00:00.000Z",
  available_on: "2026-11-25T12:00:00.000Z",
});

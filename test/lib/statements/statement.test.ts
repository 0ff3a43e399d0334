import { expect, it } from "vitest";
import { iso } from "../../../lib/clock.ts";
import { cashEntries, spaceEntries } from "../../../lib/statements/distributor_month.ts";
import { monthOf } from "../../../lib/statements/month.ts";
import { currencyOf, vendorMonth } from "../../../lib/statements/order_month.ts";
import {
  distributorStatements,
  type OrderMonth,
  vendorStatement,
  vendorStatements,
} from "../../../lib/statements/statement.ts";
import { LedgerModel } from "../../support/ledger_model.ts";
import { MoneyModel } from "../../support/money_model.ts";

const OCTOBER = monthOf("2026-10");
const at = new Date("2026-10-09T12:00:00Z");

/** A month of an Order that is sold, and then something happens to it. */
function month(
  happens: (order: MoneyModel) => void,
  sold?: ConstructorParameters<typeof MoneyModel>[0],
): OrderMonth {
  const model = new MoneyModel(sold);
  const ledger = new LedgerModel(model);
  model.settle();
  ledger.book(new Date("2026-10-02T12:00:00Z"));
  happens(model);
  model.settle();
  ledger.book(at);
  const sale = ledger.sale();
  return {
    sale,
    currency: currencyOf(sale, ledger.facts),
    vendor: vendorMonth(sale, ledger.facts, [], OCTOBER),
    cash: cashEntries(sale, ledger.facts[0], ledger.facts),
  };
}

const payout = {
  id: "txn_payout",
  space: "space",
  type: "payout",
  reporting_category: "payout",
  kind: "payout" as const,
  source: "po_1",
  amount: -1_000,
  fee: 0,
  net: -1_000,
  currency: "usd",
  fee_details: [],
  booked_at: iso(at),
  available_on: iso(at),
};

it("adds Orders up to the Vendor's statement", () => {
  const orders = [month(() => {}), month((order) => order.refund(650))];
  const [statement, ...others] = vendorStatements(orders);
  expect(others).toEqual([]);
  expect(statement).toMatchObject({
    account: "acct_vendor",
    currency: "usd",
    lines: {
      products: { amount: 2600, orders: 2 },
      fees: { amount: -170, orders: 2 },
      refunds: { amount: -417, orders: 1 },
      sent: { amount: -2430, orders: 2 },
      taken_back: { amount: 417, orders: 1 },
      on_hold: { amount: 0, orders: 0 },
    },
    due: 2013,
    difference: 0,
  });
});

it("has a statement of zeros for a month in which nothing was sold", () => {
  const statement = vendorStatement("acct_vendor", "usd", []);
  expect(statement).toMatchObject({ due: 0, difference: 0 });
  expect(new Set(Object.values(statement.lines).map(({ amount }) => amount))).toEqual(new Set([0]));
});

it("leaves the Distributor delivery and taxes, less their part of what went back and its fees, and ties it to the balance", () => {
  const [statement] = distributorStatements([month((order) => order.dispute(1890))], spaceEntries([payout]));
  expect(statement).toMatchObject({
    lines: {
      products: { amount: 1300 },
      delivery: { amount: 295 },
      tax: { amount: 295 },
      fees: { amount: -85 },
      disputes: { amount: -1890 },
      dispute_fees: { amount: -1500 },
    },
    due_to_vendors: 0,
    distributors: -1585,
    difference: 0,
    from_orders: -1585,
    others: { payout: -1000 },
    balance_change: -2585,
  });
});

it("has what is on hold for the Vendors in the balance, and not in what is the Distributor's", () => {
  const held = month((order) => order.transfer(100, { by: "hand" }));
  const [statement] = distributorStatements([held], []);
  expect(statement).toMatchObject({
    distributors: 590,
    owed: -100,
    on_hold: 0,
    from_orders: 490,
    difference: 0,
  });
});

it("puts currencies side by side", () => {
  const orders = [month(() => {}), month(() => {}, { currency: "jpy", fee: 68 })];
  expect(vendorStatements(orders).map(({ currency, due }) => [currency, due])).toEqual([
    ["jpy", 1232],
    ["usd", 1215],
  ]);
  expect(
    distributorStatements(orders, []).map(({ currency, distributors }) => [currency, distributors]),
  ).toEqual([
    ["jpy", 590],
    ["usd", 590],
  ]);
});

it("says how far the rate of a refund's day was from the sale's", () => {
  const { sale, facts } = (() => {
    const model = new MoneyModel({ gross: 2069, fee: 127 });
    const ledger = new LedgerModel(model);
    model.settle();
    ledger.book(at);
    model.refund(650);
    model.settle();
    ledger.book(at);
    return { sale: ledger.sale(), facts: ledger.facts };
  })();
  const exchanged = facts.map((fact) => ({
    ...fact,
    exchange_rate: fact.kind === "refund" ? 1.0969 : 1.0947,
    ...(fact.kind === "refund" && { amount: -713, net: -713 }),
  }));
  const [statement] = distributorStatements(
    [{ sale, currency: "usd", vendor: [], cash: cashEntries(sale, exchanged[0], exchanged) }],
    [],
  );
  expect(statement?.lines).toMatchObject({ refunds: { amount: -712 }, exchange: { amount: -1 } });
});

it("has what a bank took back after it had paid among disputes, as the Vendor has", () => {
  const orders = [month(({ facts }) => Object.assign(facts.charge ?? {}, { failed: true }))];
  const [statement] = distributorStatements(orders, []);
  expect(statement?.lines).toMatchObject({ disputes: { amount: -1890 }, refunds: { amount: 0 } });
  expect(vendorStatement("acct_vendor", "usd", orders).lines).toMatchObject({
    disputes: { amount: -1215 },
    refunds: { amount: 0 },
  });
});

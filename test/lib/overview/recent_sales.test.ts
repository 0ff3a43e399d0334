import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import type { OrderFact } from "../../../lib/ledger/fact.ts";
import { putFacts } from "../../../lib/ledger/put_facts.ts";
import { recentSales, salesOf } from "../../../lib/overview/recent_sales.ts";
import { anOrderRow } from "../../support/order_rows.ts";

const FROM = new Date("2026-11-20T00:00:00Z");

const aFact = (booked_at: string, more: Partial<OrderFact> = {}): OrderFact => {
  const { space, marketplace, id: order } = anOrderRow();
  const amount = more.amount ?? 1_890;
  const fee = more.fee ?? 0;
  return {
    id: `txn_${randomBytes(6).toString("hex")}`,
    space,
    marketplace,
    order,
    kind: "charge",
    type: "charge",
    reporting_category: "charge",
    source: "ch_1",
    amount,
    fee,
    net: amount - fee,
    currency: "usd",
    fee_details: [],
    booked_at,
    available_on: booked_at,
    ...more,
  };
};

/** As many facts of a new Marketplace, a minute apart, the first at midnight of that day. */
async function sold(day: string, count: number): Promise<{ marketplace: string; facts: OrderFact[] }> {
  const { marketplace } = anOrderRow();
  const minute = (n: number) => new Date(Date.parse(`${day}T00:00:00Z`) + n * 60_000).toISOString();
  const facts = Array.from({ length: count }, (_, n) => aFact(minute(n), { marketplace }));
  await putFacts(facts);
  return { marketplace, facts };
}

it("adds up what facts come to, by currency", () => {
  const at = "2026-11-20T00:00:00.000Z";
  const facts = [
    aFact(at, { amount: 1_890, fee: 85 }),
    aFact(at, { kind: "transfer", amount: -1_215 }),
    aFact(at, { kind: "transfer_reversal", amount: 130 }),
    aFact(at, { kind: "refund", amount: -189 }),
    aFact(at, { kind: "refund_failure", amount: 89 }),
    aFact(at, { kind: "dispute", amount: -1_890, fee: 1_500 }),
    aFact(at, { kind: "dispute_reversal", amount: 890 }),
    aFact(at, { kind: "charge_failure", amount: -1_890 }),
    aFact(at, { currency: "eur", amount: 500, fee: 30 }),
  ];
  expect(salesOf(facts)).toEqual([
    { currency: "eur", orders: 1, sold: 500, sent: 0, fees: 30, refunded: 0, disputed: 0 },
    { currency: "usd", orders: 1, sold: 1_890, sent: 1_085, fees: 85, refunded: 100, disputed: 2_890 },
  ]);
  expect(salesOf([])).toEqual([]);
});

it("reads what was booked since a time, of each Marketplace, and nothing of before", async () => {
  const [before, one, other, none] = [
    await sold("2026-11-19", 3),
    await sold("2026-11-20", 2),
    await sold("2026-11-21", 3),
    await sold("2026-11-21", 0),
  ];
  const sales = await recentSales([before, one, other, none], FROM);
  expect(sales).toMatchObject({ since: FROM.toISOString(), isWhole: true });
  const ids = (facts: OrderFact[] = []) => facts.map(({ id }) => id).sort();
  expect(ids(sales?.facts)).toEqual(ids([...one.facts, ...other.facts]));
});

it("reads no more rows than it may, and says since when it has read all", async () => {
  const [busy, calm] = [await sold("2026-11-20", 30), await sold("2026-11-20", 2)];
  const sales = await recentSales([busy, calm], FROM, 12);
  // Two of the twelve are the calm one's, and what is as old as the last that was read may have others beside it.
  expect(sales).toMatchObject({ since: "2026-11-20T00:20:00.001Z", isWhole: false });
  expect(sales?.facts).toHaveLength(9);
  expect((await recentSales([busy, calm], FROM, 40))?.isWhole).toBe(true);
});

it("does not ask each of very many Marketplaces", async () => {
  const many = Array.from({ length: 101 }, () => anOrderRow());
  expect(await recentSales(many, FROM)).toBeUndefined();
});

import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import type { OrderFact, SpaceFact } from "../../../lib/ledger/fact.ts";
import { factsBooked, spaceFactsBooked } from "../../../lib/ledger/facts_booked.ts";
import { factsOf } from "../../../lib/ledger/facts_of.ts";
import { putFacts } from "../../../lib/ledger/put_facts.ts";
import type { Order } from "../../../lib/orders/order.ts";
import { anOrderRow } from "../../support/order_rows.ts";

const aTransaction = (booked_at: string) => ({
  id: `txn_${randomBytes(6).toString("hex")}`,
  type: "charge",
  reporting_category: "charge",
  source: "ch_1",
  amount: 1_890,
  fee: 85,
  net: 1_805,
  currency: "usd",
  fee_details: [{ type: "stripe_fee", amount: 85, currency: "usd", description: null }],
  booked_at,
  available_on: booked_at,
});

const aFact = ({ space, marketplace, id: order }: Order, booked_at: string): OrderFact => ({
  ...aTransaction(booked_at),
  space,
  marketplace,
  order,
  kind: "charge",
  source_amount: 1_890,
});

const NOVEMBER = { from: new Date("2026-11-01T00:00:00Z"), to: new Date("2026-12-01T00:00:00Z") };

async function all<Fact>(pages: AsyncIterable<Fact[]>): Promise<Fact[]> {
  const facts: Fact[] = [];
  for await (const page of pages) facts.push(...page);
  return facts;
}

it("keeps a fact as it was written first", async () => {
  const order = anOrderRow();
  const fact = aFact(order, "2026-11-23T12:00:00.000Z");
  await putFacts([fact]);
  await putFacts([{ ...fact, amount: 1, net: 1 }]);
  expect(await factsOf(order)).toEqual([fact]);
});

it("has an Order's facts by their time, and no other's", async () => {
  const order = anOrderRow();
  const facts = ["2026-11-25T12:00:00.000Z", "2026-11-23T12:00:00.000Z"].map((at) => aFact(order, at));
  const another = aFact({ ...order, id: anOrderRow().id }, "2026-11-24T12:00:00.000Z");
  await putFacts([...facts, another]);
  expect(await factsOf(order)).toEqual(facts.toReversed());
});

it("finds the month of a Marketplace from its first second to its last", async () => {
  const order = anOrderRow();
  const at = [
    "2026-10-31T23:59:59.000Z",
    "2026-11-01T00:00:00.000Z",
    "2026-11-30T23:59:59.000Z",
    "2026-12-01T00:00:00.000Z",
  ];
  const facts = at.map((booked_at) => aFact(order, booked_at));
  await putFacts([...facts, aFact(anOrderRow(), "2026-11-15T12:00:00.000Z")]);
  expect(await all(factsBooked(order.marketplace, NOVEMBER))).toEqual(facts.slice(1, 3));
});

it("has what is nobody's Order beside them, by Space", async () => {
  const space = `space-${randomBytes(4).toString("hex")}`;
  const payout: SpaceFact = {
    ...aTransaction("2026-11-15T12:00:00.000Z"),
    space,
    kind: "payout",
    type: "payout",
    reporting_category: "payout",
    source: "po_1",
  };
  await putFacts([payout]);
  expect(await all(spaceFactsBooked(space, NOVEMBER))).toEqual([payout]);
  expect(await all(spaceFactsBooked("another", NOVEMBER))).toEqual([]);
});

import type Stripe from "stripe";
import { ulid } from "ulid";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { after as later, now } from "../../../lib/clock.ts";
import { spaceFactKey } from "../../../lib/dynamodb/keys.ts";
import type { SpaceFact } from "../../../lib/ledger/fact.ts";
import { spaceFactsBooked } from "../../../lib/ledger/facts_booked.ts";
import { recoverMoney } from "../../../lib/recovery/recover_money.ts";
import { findRecovery, type MoneyProof } from "../../../lib/spaces/recovery.ts";
import { spaceEntries } from "../../../lib/statements/distributor_month.ts";
import { distributorStatements } from "../../../lib/statements/statement.ts";
import { factRows, forgeRow, loseRow } from "../../support/money_rows.ts";
import { type OrderB, orderB } from "../../support/order_b.ts";
import { weather } from "../../support/orders.ts";
import { anUnheardPayment, aPass, DAY_MS } from "../../support/recovery.ts";
import { control, requestsTo } from "../../support/simulator.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

let space: TestSpace;
beforeEach(async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  space = await aSpace();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A quarter of an hour passes at Stripe, whose time runs ahead of ours by the days that a test let pass. */
async function aQuarterLater(): Promise<Date> {
  const { now: seconds } = await control<{ now: number }>(space, "clock", { advance_s: 15 * 60 });
  return new Date(seconds * 1_000);
}

/** One part of a pass, a quarter of an hour after all that happened: what is newer is left to the next reading. */
async function recover(before: MoneyProof = {}, { at, ms = 60_000 }: { at?: Date; ms?: number } = {}) {
  vi.useFakeTimers({ toFake: ["Date"], shouldAdvanceTime: true });
  vi.setSystemTime(at ?? (await aQuarterLater()));
  const pass = await aPass(space);
  const money = structuredClone(before);
  pass.recovery.money = money;
  await recoverMoney({ ...pass, until: later(now(), ms) }, money);
  vi.useRealTimers();
  return money;
}

const monthBefore = (at: Date): string =>
  new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - 1, 1)).toISOString().slice(0, 7);

/** What the reading of the last days finds: the month before was read whole. */
const daily = async () =>
  (await recover({ month: monthBefore(later(await aQuarterLater(), 15 * 60_000)) })).found;

/** All days that a test lets pass at Stripe. */
const AROUND_NOW = () => ({ from: later(now(), -DAY_MS), to: later(now(), 30 * DAY_MS) });

const NOTHING = { put_in: 0, nobodys: {}, unknown: [], unclaimed: [], off: [], differences: [] };

async function aPaidOrder(): Promise<OrderB> {
  const order = await orderB({}, space);
  await order.pay();
  await order.pass();
  return order;
}

const vendorOf = ({ order }: OrderB): string => order.vendor_account ?? "";

describe("Stripe's balance transactions", () => {
  it("are each in the ledger of their Order, where every event came", async () => {
    await aPaidOrder();
    expect(await daily()).toMatchObject({ ...NOTHING, listed: 2 });
  });

  it("wake an Order whose refund and whose dispute nobody told of", async () => {
    const [refunded, disputed] = [await aPaidOrder(), await aPaidOrder()];
    await refunded.refund(650);
    await disputed.dispute();
    // Each as Stripe has it, and what came back of the Vendor's share when it was seen.
    expect(await daily()).toMatchObject({ ...NOTHING, listed: 6, put_in: 2 });
    expect(await refunded.net()).toBe(798);
    expect(await disputed.net()).toBe(0);
    expect(await daily()).toMatchObject({ ...NOTHING, listed: 8 });
  });

  it("bring on an Order that was paid, and that nobody told of", async () => {
    await weather(space, { late_fee: false });
    const { order } = await anUnheardPayment(space);
    expect(await daily()).toMatchObject({ ...NOTHING, put_in: 1 });
    expect(await factRows(order)).toHaveLength(2);
  });

  it("put in again what was lost from the ledger", async () => {
    const order = await aPaidOrder();
    for (const row of await factRows(order.order)) await loseRow(row);
    expect(await daily()).toMatchObject({ ...NOTHING, listed: 2, put_in: 2 });
    expect((await order.now()).proof).toMatchObject({ state: "ok" });
  });

  it("find a row that was changed, by how much, and whose it is", async () => {
    const order = await aPaidOrder();
    const [row] = await factRows(order.order);
    await forgeRow({ ...row, amount: Number(row?.amount) + 1, net: Number(row?.net) + 1 });
    expect(await daily()).toMatchObject({
      ...NOTHING,
      off: [order.order.id],
      differences: [{ currency: "usd", amount: 1, day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) }],
    });
    expect(await order.now()).toMatchObject({
      proof: { state: "off", difference: 1 },
      attention_since: expect.any(String),
    });
  });

  it("find a row that Stripe does not have", async () => {
    const order = await aPaidOrder();
    const [row] = await factRows(order.order);
    await forgeRow({ ...row, id: "txn_forged", sk: `${String(row?.sk)}forged` });
    expect(await daily()).toMatchObject({
      off: [order.order.id],
      differences: [{ currency: "usd", amount: row?.net }],
    });
    expect((await order.now()).proof).toMatchObject({ state: "off" });
  });

  it("are red where a Vendor was sent money that is no Order's, and go to the Order whose group it has", async () => {
    const order = await aPaidOrder();
    await order.platformHas(5_000);
    const sent = { amount: 100, currency: "usd", destination: vendorOf(order) };
    const stray = await order.stripe.transfers.create(sent);
    const ours = await order.stripe.transfers.create({ ...sent, transfer_group: order.order.id });
    const found = await daily();
    expect(found).toMatchObject({
      put_in: 2,
      nobodys: { top_up: 1 },
      unclaimed: [stray.balance_transaction],
      differences: [{ currency: "usd", amount: 100 }],
    });
    expect(await order.now()).toMatchObject({ split: { reason: "overpaid_by_hand" }, money: { net: 1315 } });
    expect((await factRows(order.order)).map(({ id }) => id)).toContain(ours.balance_transaction);
  });

  it("are red where something was paid with our metadata and has no Order", async () => {
    const order = await aPaidOrder();
    const { marketplace } = order.order;
    const pay = (metadata: Record<string, string>) =>
      order.stripe.paymentIntents.create({
        amount: 700,
        currency: "usd",
        confirm: true,
        payment_method: "pm_card_bypassPending",
        metadata,
      });
    await pay({ marketplace, order: ulid() });
    // The Distributor sells elsewhere, too.
    await pay({});
    expect(await daily()).toMatchObject({
      unclaimed: [expect.stringMatching(/^txn_/)],
      nobodys: { other_business: 1 },
    });
  });

  it("keep what is nobody's Order in the Space's ledger, named for what it is", async () => {
    const order = await aPaidOrder();
    await order.platformHas(5_000);
    await order.platformHas(1_000);
    const { id } = await order.dispute();
    await order.stripe.disputes.update(id, { evidence: { uncategorized_text: "It came." }, submit: true });
    await order.settle();
    const nobodys = { top_up: 1, payout: 1, dispute_countered_fee: 1 };
    expect(await daily()).toMatchObject({ ...NOTHING, put_in: 3, nobodys });
    expect(await daily()).toMatchObject({ ...NOTHING, nobodys });
    const kinds: string[] = [];
    for await (const facts of spaceFactsBooked(space.space, AROUND_NOW()))
      kinds.push(...facts.map(({ kind }) => kind));
    expect(kinds.sort()).toEqual(Object.keys(nobodys).sort());
  });

  it("find a row of the Space's ledger that was changed, too", async () => {
    const order = await aPaidOrder();
    await order.platformHas(5_000);
    await daily();
    for await (const facts of spaceFactsBooked(space.space, AROUND_NOW()))
      for (const fact of facts)
        await forgeRow({ ...spaceFactKey(space.space, fact.id), ...fact, net: fact.net + 1 });
    expect(await daily()).toMatchObject({ ...NOTHING, differences: [{ currency: "usd", amount: 1 }] });
  });

  it("of a kind that nobody knows are kept and named, ring, and end no reading", async () => {
    const order = await aPaidOrder();
    const booked = { type: "adjustment", amount: -321, currency: "usd", description: "Something new" };
    const { id } = await control<Stripe.BalanceTransaction>(space, "balance_transactions", booked);
    await order.platformHas(5_000); // what comes after it is read, too
    const log = vi.spyOn(console, "info").mockImplementation(() => {});
    const money = await recover();
    const nobodys = { top_up: 1, unknown: 1 };
    expect(money).toMatchObject({ read_at: expect.any(String), until: expect.any(String) });
    expect(money.reading).toBeUndefined();
    const read = log.mock.calls
      .map(([line]) => JSON.parse(line))
      .find(({ message, month }) => message === "a Space's balance transactions were compared" && !month);
    expect(read).toMatchObject({ listed: 4, MoneyUnproved: 1 });
    const facts: SpaceFact[] = [];
    for await (const some of spaceFactsBooked(space.space, AROUND_NOW())) facts.push(...some);
    expect(facts.find((fact) => fact.id === id)).toMatchObject({
      kind: "unknown",
      type: "adjustment",
      reporting_category: "other_adjustment",
      net: -321,
    });
    // It is named until somebody has told what it is, and is put in once.
    expect(await daily()).toMatchObject({ ...NOTHING, listed: 4, nobodys, unknown: [id] });
    // The Distributor's statement has it, and its balance comes out.
    expect(distributorStatements([], spaceEntries(facts))).toMatchObject([{ others: { unknown: -321 } }]);
  });
});

describe("Two currencies of one day", () => {
  /** The one is sold in euros, which stay euros. */
  async function paidInBoth(): Promise<{ dollars: OrderB; euros: OrderB }> {
    await control(space, "weather", { settlement: { currency: "eur", rate: 1 } });
    const euros = await orderB({ currency: "eur" }, space);
    await euros.pay();
    await control(space, "weather", { settlement: null });
    return { euros, dollars: await aPaidOrder() };
  }
  const chargeRow = async ({ order }: OrderB) => {
    const row = (await factRows(order)).find(({ kind }) => kind === "charge");
    if (!row) throw new Error("the ledger has no charge of this Order");
    return row;
  };
  const raised = async (order: OrderB, by: number) => {
    const row = await chargeRow(order);
    await forgeRow({ ...row, amount: Number(row.amount) + by, net: Number(row.net) + by });
  };

  it("are each in their Order's ledger", async () => {
    const { dollars, euros } = await paidInBoth();
    expect([(await chargeRow(dollars)).currency, (await chargeRow(euros)).currency]).toEqual(["usd", "eur"]);
    expect(await daily()).toMatchObject({ ...NOTHING, listed: 4 });
  });

  it("do not make up for each other", async () => {
    const { dollars, euros } = await paidInBoth();
    await raised(dollars, 5);
    await raised(euros, -5);
    const found = await daily();
    expect(found?.off.sort()).toEqual([dollars.order.id, euros.order.id].sort());
    expect(found?.differences).toHaveLength(2);
    expect(found?.differences).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ currency: "usd", amount: 5 }),
        expect.objectContaining({ currency: "eur", amount: -5 }),
      ]),
    );
  });

  it("are off in both where a row has the amount of one in the other", async () => {
    const dollars = await aPaidOrder();
    const row = await chargeRow(dollars);
    await forgeRow({ ...row, currency: "eur" });
    expect((await daily())?.differences).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ currency: "usd", amount: -Number(row.net) }),
        expect.objectContaining({ currency: "eur", amount: row.net }),
      ]),
    );
  });
});

describe("A reading", () => {
  const MIDDLE = new Date("2027-03-15T12:00:00Z");

  it("is done once a day, and then once of the whole month before", async () => {
    const first = await recover({}, { at: MIDDLE });
    expect(first).toEqual({
      until: expect.stringMatching(/^2027-03-15T11:5\d:\d\d\.000Z$/),
      read_at: expect.stringMatching(/^2027-03-15T12:00/),
      month: "2027-02",
      found: { ...NOTHING, listed: 0, from: "2027-02-01T00:00:00.000Z", to: "2027-03-01T00:00:00.000Z" },
    });
    const asked = (await requestsTo(space, "/v1/balance_transactions")).length;
    expect(await recover(first, { at: later(MIDDLE, 60 * 60_000) })).toEqual(first);
    expect(await requestsTo(space, "/v1/balance_transactions")).toHaveLength(asked);
    const next = await recover(first, { at: later(MIDDLE, DAY_MS) });
    expect(next).toMatchObject({
      until: expect.stringMatching(/^2027-03-16T11:5\d:\d\d\.000Z$/),
      found: { from: "2027-03-08T00:00:00.000Z" },
    });
  });

  it("leaves the month before open for two days", async () => {
    expect((await recover({}, { at: new Date("2027-03-02T12:00:00Z") })).month).toBeUndefined();
    expect((await recover({}, { at: new Date("2027-03-03T12:00:00Z") })).month).toBe("2027-02");
  });

  it("goes on where it was cut off, and finds the same", async () => {
    const order = await aPaidOrder();
    await order.refund(100);
    for (let n = 1; n <= 25; n++) await order.platformHas(10_000 + n);
    let money: MoneyProof = { month: monthBefore(later(await aQuarterLater(), 15 * 60_000)) };
    let parts = 0;
    do {
      money = await recover(money, { ms: 1 });
      parts += 1;
    } while (money.reading && parts < 20);
    expect(parts).toBeGreaterThan(1);
    expect(money.found).toMatchObject({ ...NOTHING, listed: 28, put_in: 26, nobodys: { top_up: 25 } });
  });

  it("begins where the one before ended, however long nobody looked", async () => {
    const until = later(MIDDLE, -12 * DAY_MS).toISOString();
    const { found } = await recover({ month: "2027-02", until, read_at: until }, { at: MIDDLE });
    expect(found?.from).toBe("2027-03-03T00:00:00.000Z");
  });

  it("is kept with the Space's recovery", async () => {
    await recover();
    expect((await findRecovery(space.space))?.money).toMatchObject({ until: expect.any(String) });
  });
});

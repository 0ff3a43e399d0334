import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { iso } from "../../../lib/clock.ts";
import type { OrderFact } from "../../../lib/ledger/fact.ts";
import type { WriteOff } from "../../../lib/ledger/write_offs.ts";
import { cashEntries } from "../../../lib/statements/distributor_month.ts";
import { monthOf } from "../../../lib/statements/month.ts";
import {
  differenceOf,
  type VendorEntry,
  type VendorLine,
  vendorMonth,
} from "../../../lib/statements/order_month.ts";
import { LedgerModel } from "../../support/ledger_model.ts";
import { MoneyModel } from "../../support/money_model.ts";
import { happen, happening, sold } from "../../support/money_stories.ts";

const OCTOBER = monthOf("2026-10");
const SEPTEMBER = monthOf("2026-09");
const AUGUST = monthOf("2026-08");
const on = (day: string): Date => new Date(`2026-${day}T12:00:00Z`);

const linesOf = (entries: readonly VendorEntry[]): Partial<Record<VendorLine, number>> => {
  const lines: Partial<Record<VendorLine, number>> = {};
  for (const { line, amount } of entries) lines[line] = (lines[line] ?? 0) + amount;
  return Object.fromEntries(Object.entries(lines).filter(([, amount]) => amount !== 0));
};

/** Order B, with what happens to it on which day; each time, it is settled. */
function story(...steps: [day: string, happens: (order: MoneyModel) => void][]) {
  const model = new MoneyModel();
  const ledger = new LedgerModel(model);
  for (const [day, happens] of steps) {
    happens(model);
    ledger.book(on(day));
    model.settle();
    ledger.book(on(day));
  }
  return { model, ledger };
}

const SOLD: [string, () => void] = ["10-02", () => {}];
const won = ({ facts }: MoneyModel) => Object.assign(facts.disputes[0] ?? {}, { status: "won" });
const lost =
  (reinstated = 0) =>
  ({ facts }: MoneyModel) =>
    Object.assign(facts.disputes[0] ?? {}, { status: "lost", reinstated });
const fails = ({ facts }: MoneyModel) => Object.assign(facts.refunds[0] ?? {}, { status: "failed" });
const whole = { products: 1300, fees: -85 };

/** As money.md tells them, section 8. */
const ROWS: [what: string, steps: Parameters<typeof story>, lines: Partial<Record<VendorLine, number>>][] = [
  ["is sold", [SOLD], { ...whole, sent: -1215 }],
  [
    "is refunded in part",
    [SOLD, ["10-09", (order) => order.refund(650)]],
    { ...whole, refunds: -417, sent: -1215, taken_back: 417 },
  ],
  [
    "is refunded in two parts, which take 417 and 418",
    [SOLD, ["10-09", (order) => order.refund(650)], ["10-10", (order) => order.refund(650)]],
    { ...whole, refunds: -835, sent: -1215, taken_back: 835 },
  ],
  [
    "is refunded",
    [SOLD, ["10-09", (order) => order.refund(1890)]],
    { ...whole, refunds: -1215, sent: -1215, taken_back: 1215 },
  ],
  ["is refunded before the split", [["10-02", (order) => order.refund(1890)]], { ...whole, refunds: -1215 }],
  [
    "has its delivery refunded",
    [SOLD, ["10-09", (order) => order.refund(500, 0)]],
    { ...whole, sent: -1215 },
  ],
  [
    "has products refunded",
    [SOLD, ["10-09", (order) => order.refund(650, 650)]],
    { ...whole, refunds: -607, sent: -1215, taken_back: 607 },
  ],
  [
    "has a refund that fails",
    [SOLD, ["10-09", (order) => order.refund(650)], ["10-12", fails]],
    { ...whole, sent: -1632, taken_back: 417 },
  ],
  [
    "is disputed",
    [SOLD, ["10-09", (order) => order.dispute(1890)]],
    { ...whole, disputes: -1215, sent: -1215, taken_back: 1215 },
  ],
  [
    "is disputed, and won",
    [SOLD, ["10-09", (order) => order.dispute(1890)], ["10-20", won]],
    { ...whole, disputes: -1215, reinstated: 1215, sent: -2430, taken_back: 1215 },
  ],
  [
    "is disputed, and lost, and the bank returns a part",
    [SOLD, ["10-09", (order) => order.dispute(1890)], ["10-20", lost(650)]],
    { ...whole, disputes: -1215, reinstated: 418, sent: -1633, taken_back: 1215 },
  ],
  [
    "is refunded in part, and the whole is disputed",
    [SOLD, ["10-09", (order) => order.refund(650)], ["10-12", (order) => order.dispute(1890)]],
    { ...whole, refunds: -417, disputes: -798, sent: -1215, taken_back: 1215 },
  ],
  [
    "is taken back by the bank",
    [
      SOLD,
      [
        "10-09",
        ({ charge }) => {
          charge.failed = true;
        },
      ],
    ],
    { ...whole, disputes: -1215, sent: -1215, taken_back: 1215 },
  ],
  [
    "was paid out by hand to another account, and waits for somebody",
    [["10-02", (order) => order.transfer(1215, { by: "hand", to: "acct_other" })]],
    { ...whole, on_hold: -1215 },
  ],
  [
    "was paid out by hand, and too much",
    [["10-02", (order) => order.transfer(1300, { by: "hand" })]],
    { ...whole, sent: -1300, owed: 85 },
  ],
];

describe("an Order's month, where the Order", () => {
  it.each(ROWS)("%s", (_what, steps, lines) => {
    const { ledger } = story(...steps);
    const entries = vendorMonth(ledger.sale(), ledger.facts, [], OCTOBER);
    expect(linesOf(entries)).toEqual(lines);
    expect(differenceOf(entries)).toBe(0);
    expect(vendorMonth(ledger.sale(), ledger.facts, [], SEPTEMBER)).toEqual([]);
  });

  it("says of a refund what it took from the Vendor, of how much, and why", () => {
    const { ledger } = story(
      SOLD,
      ["10-09", (order) => order.refund(650)],
      ["10-10", (order) => order.refund(500, 0)],
    );
    const refunds = vendorMonth(ledger.sale(), ledger.facts, [], OCTOBER).filter(
      ({ line }) => line === "refunds",
    );
    expect(refunds).toMatchObject([
      { amount: -417, of: 650, why: "proportional", at: iso(on("10-09")) },
      { of: 500, why: "by parts" },
    ]);
  });
});

describe("what belongs to two months", () => {
  /** Sold in September; the Vendor's money is not at hand when it is refunded, and is in October. */
  const model = new MoneyModel();
  const ledger = new LedgerModel(model);
  model.settle();
  ledger.book(on("09-20"));
  model.refund(650);
  ledger.book(on("09-30"));
  const owing = ledger.sale();
  const inSeptember = [...ledger.facts];
  model.settle();
  ledger.book(on("10-05"));

  it("is owed at the end of one, and taken back in the other", () => {
    expect(linesOf(vendorMonth(ledger.sale(), ledger.facts, [], SEPTEMBER))).toEqual({
      ...whole,
      refunds: -417,
      sent: -1215,
      owed: 417,
    });
    expect(linesOf(vendorMonth(ledger.sale(), ledger.facts, [], OCTOBER))).toEqual({
      from_earlier: -417,
      taken_back: 417,
    });
  });

  it("changes nothing in the month that was closed", () => {
    expect(vendorMonth(ledger.sale(), ledger.facts, [], SEPTEMBER)).toEqual(
      vendorMonth(owing, inSeptember, [], SEPTEMBER),
    );
  });

  it("is written off in the month that somebody says so, and not before", () => {
    const sale = { ...owing, decisions: { ...NOTHING_DECIDED, written_off: 417 } };
    const writeOff: WriteOff = {
      marketplace: "marketplace",
      order: sale.id,
      at: iso(on("10-07")),
      written_off: 417,
      given_up: 0,
    };
    expect(linesOf(vendorMonth(sale, inSeptember, [writeOff], SEPTEMBER))).toMatchObject({ owed: 417 });
    expect(linesOf(vendorMonth(sale, inSeptember, [writeOff], OCTOBER))).toEqual({
      from_earlier: -417,
      written_off: 417,
    });
  });
});

const NOTHING_DECIDED = {
  written_off: 0,
  given_up: 0,
  reversed_by_hand: 0,
  sent_by_hand: 0,
  sent_to_others: 0,
  pays_account_of_sale: false,
};

describe("a refund that is on its way", () => {
  const pending =
    (amount: number, product_amount?: number) =>
    (order: MoneyModel): void =>
      void Object.assign(order.refund(amount, product_amount), { status: "pending" });
  const arrives = ({ facts }: MoneyModel) => Object.assign(facts.refunds[0] ?? {}, { status: "succeeded" });

  it.each<[string, Parameters<typeof story>, number]>([
    ["taken back of what was sent", [SOLD, ["10-09", pending(650)]], 417],
    ["kept of what is sent then", [["10-02", pending(650)]], 417],
    ["reckoned by its parts", [SOLD, ["10-09", pending(650, 650)]], 607],
    [
      "beside one that is booked",
      [SOLD, ["10-08", (order) => order.refund(650)], ["10-09", pending(650)]],
      418,
    ],
  ])("explains what is %s before it is booked", (_what, steps, amount) => {
    const { ledger } = story(...steps);
    const entries = vendorMonth(ledger.sale(), ledger.facts, [], OCTOBER);
    expect(differenceOf(entries)).toBe(0);
    expect(entries.find(({ line }) => line === "on_hold")).toEqual({
      line: "on_hold",
      amount: 0 - amount,
      why: "for a refund that is on its way",
    });
  });

  it("is open at the end of its month, and a refund of the next, in which it is booked", () => {
    const before = story(["09-02", () => {}], ["09-30", pending(650)]).ledger;
    const { ledger } = story(["09-02", () => {}], ["09-30", pending(650)], ["10-02", arrives]);
    const september = { ...whole, sent: -1215, taken_back: 417, on_hold: -417 };
    expect(linesOf(vendorMonth(before.sale(), before.facts, [], SEPTEMBER))).toEqual(september);
    expect(linesOf(vendorMonth(ledger.sale(), ledger.facts, [], SEPTEMBER))).toEqual(september);
    expect(linesOf(vendorMonth(ledger.sale(), ledger.facts, [], OCTOBER))).toEqual({
      from_earlier: 417,
      refunds: -417,
    });
  });

  it("is not why something was open when an earlier month ended", () => {
    const { ledger } = story(["09-30", () => {}], ["11-09", pending(650)]);
    // What was sold on the last of September was sent in October.
    const late = ledger.facts.map((fact) =>
      fact.kind === "transfer" ? { ...fact, booked_at: "2026-10-03T12:00:00.000Z" } : fact,
    );
    const september = vendorMonth(ledger.sale(), late, [], SEPTEMBER);
    expect(september.find(({ line }) => line === "on_hold")).toEqual({ line: "on_hold", amount: -1215 });
  });

  it("explains no more than it takes, and nothing once it is booked", () => {
    const { ledger } = story(SOLD, ["10-09", pending(650)]);
    const hand = {
      ...(ledger.facts.find(({ kind }) => kind === "transfer_reversal") as OrderFact),
      id: "txn_x",
    };
    const sale = ledger.sale();
    expect(differenceOf(vendorMonth(sale, [...ledger.facts, hand], [], OCTOBER))).toBe(417);
    const booked = story(SOLD, ["10-09", pending(650)], ["10-10", arrives]).ledger;
    const stale = { ...booked.sale(), refunds_on_way: sale.refunds_on_way };
    expect(differenceOf(vendorMonth(stale, booked.facts, [], OCTOBER))).toBe(0);
    const lost = booked.facts.filter(({ kind }) => kind !== "refund");
    expect(differenceOf(vendorMonth(booked.sale(), lost, [], OCTOBER))).toBe(417);
  });
});

describe("a planted fault is the difference", () => {
  const { ledger } = story(SOLD, ["10-09", (order) => order.refund(650)]);
  const differs = (facts: OrderFact[]) => differenceOf(vendorMonth(ledger.sale(), facts, [], OCTOBER));
  const without = (kind: OrderFact["kind"]) => ledger.facts.filter((fact) => fact.kind !== kind);

  it.each([
    ["a transfer that is missing", without("transfer"), 1215],
    ["a refund that is missing", without("refund"), 417],
    ["a reversal that is missing", without("transfer_reversal"), -417],
    [
      "a fee that is off by one",
      ledger.facts.map((fact) => (fact.fee === 85 ? { ...fact, fee: 86 } : fact)),
      -1,
    ],
    [
      "a transfer by hand that nobody has seen yet",
      [
        ...ledger.facts,
        { ...(ledger.facts.find(({ kind }) => kind === "transfer") as OrderFact), id: "txn_hand" },
      ],
      -1215,
    ],
  ])("%s", (_what, facts, difference) => {
    expect(differs(facts)).toBe(difference);
  });

  it("and is none in the month before", () => {
    const late = story(["09-02", () => {}], ["10-09", (order) => order.refund(650)]).ledger;
    const facts = late.facts.filter(({ kind }) => kind !== "refund");
    expect(differenceOf(vendorMonth(late.sale(), facts, [], SEPTEMBER))).toBe(0);
    expect(differenceOf(vendorMonth(late.sale(), facts, [], OCTOBER))).toBe(417);
  });
});

const MONTHS = [AUGUST, SEPTEMBER, OCTOBER];

it("adds up over the months to what the Vendor is due and holds, and each month comes to nothing, in any story", () => {
  const step = fc.tuple(fc.nat(2), happening);
  fc.assert(
    fc.property(sold, fc.array(step, { maxLength: 12 }), (sale, steps) => {
      const model = new MoneyModel(sale);
      const ledger = new LedgerModel(model);
      const days = steps.map(([month]) => month).sort((one, other) => one - other);
      for (const [n, [, what]] of steps.entries()) {
        if ("which" in what && what.what !== "refund_fails" && isDecided(model, what.which)) continue;
        happen(model, what);
        ledger.book(new Date(Date.UTC(2026, 7 + (days[n] ?? 0), 1 + n)));
      }
      ledger.book(new Date(Date.UTC(2026, 9, 28)));
      const row = ledger.sale();
      const { target, sent, reversed, net } = model.reckoning();
      const months = MONTHS.map((month) => vendorMonth(row, ledger.facts, [], month));
      const all = linesOf(months.flat());
      const of = (line: VendorLine) => all[line] ?? 0;
      expect(of("products") + of("fees") + of("refunds") + of("disputes") + of("reinstated")).toBe(target);
      expect([of("sent"), of("taken_back")]).toEqual([0 - sent, reversed]);
      expect(months.map(differenceOf)).toEqual([0, 0, 0]);
      const open = (entries: VendorEntry[] = []) => {
        const { on_hold = 0, owed = 0 } = linesOf(entries);
        return 0 - on_hold - owed;
      };
      expect(open(months.at(-1))).toBe(target - net);
      for (const [n, entries] of months.entries())
        if (entries.length > 0)
          expect(linesOf(entries).from_earlier ?? 0).toBe(openBefore(months.slice(0, n), open));
      const charge = ledger.facts.find(({ kind }) => kind === "charge");
      const cash = MONTHS.flatMap(({ from, to }) =>
        cashEntries(
          row,
          charge,
          ledger.facts.filter(({ booked_at }) => booked_at >= iso(from) && booked_at < iso(to)),
        ),
      );
      expect(cash.reduce((sum, { amount }) => sum + amount, 0)).toBe(
        ledger.facts.reduce((sum, { net: each }) => sum + each, 0),
      );
    }),
    { numRuns: 3_000 },
  );
});

/** What was open when the Order moved last. */
const openBefore = (months: VendorEntry[][], open: (entries: VendorEntry[]) => number): number =>
  open(months.findLast((entries) => entries.length > 0) ?? []);

/** A bank decides once; what it gave back it does not take again. */
const isDecided = ({ facts }: MoneyModel, which: number): boolean =>
  facts.disputes[which]?.status !== "needs_response";

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FEE_LATE_MS } from "../../../lib/money/plan.ts";
import { MoneyModel } from "../../support/money_model.ts";
import { happen, happening, sold } from "../../support/money_stories.ts";

/** What happens; then what is done about it, how the split stands, and what the Vendor holds. */
type Step = [happens: (order: MoneyModel) => void, done: string[], stands: string, net: number];
const sale: Step = [() => {}, ["transfer 1215"], "done", 1215];

const first = <Item>([item]: Item[]): Item => {
  if (item === undefined) throw new Error("there is none yet");
  return item;
};
const refundFails = ({ facts }: MoneyModel) => {
  first(facts.refunds).status = "failed";
};
const disputeEnds =
  (status: "won" | "lost", reinstated = 0) =>
  ({ facts }: MoneyModel) => {
    Object.assign(first(facts.disputes), { status, reinstated });
  };

/** The example that the docs go by: products 13.00, delivery 5.00, tax 0.90, Stripe's fee 0.85; the Vendor's share is 12.15. */
const STORIES: Record<string, Step[]> = {
  "is plain": [sale, [() => {}, [], "done", 1215]],
  "is refunded in part before the split": [[(order) => order.refund(650), ["transfer 798"], "done", 798]],
  "is refunded in part": [sale, [(order) => order.refund(650), ["reverse 417"], "done", 798]],
  "is refunded in two parts at once": [
    sale,
    [
      (order) => {
        order.refund(650);
        order.refund(650);
      },
      ["reverse 835"],
      "done",
      380,
    ],
  ],
  "is refunded in two parts": [
    sale,
    [(order) => order.refund(650), ["reverse 417"], "done", 798],
    [(order) => order.refund(650), ["reverse 418"], "done", 380],
  ],
  "is refunded": [sale, [(order) => order.refund(1890), ["reverse 1215"], "done", 0]],
  "is refunded before the split": [[(order) => order.refund(1890), [], "nothing_due", 0]],
  "has its delivery refunded": [sale, [(order) => order.refund(500, 0), [], "done", 1215]],
  "has as much refunded, and nobody said of what": [
    sale,
    [(order) => order.refund(500), ["reverse 321"], "done", 894],
  ],
  "has products refunded": [sale, [(order) => order.refund(650, 650), ["reverse 607"], "done", 608]],
  "has its delivery refunded, and then the rest": [
    sale,
    [(order) => order.refund(500, 0), [], "done", 1215],
    [(order) => order.refund(1390), ["reverse 1215"], "done", 0],
  ],
  "has more refunded as delivery than delivery and taxes were": [
    sale,
    [(order) => order.refund(1890, 0), ["reverse 1215"], "done", 0],
  ],
  "has a refund that fails": [
    sale,
    [(order) => order.refund(650), ["reverse 417"], "done", 798],
    [refundFails, ["transfer 417"], "done", 1215],
  ],
  "has a refund that waits for money": [
    sale,
    [
      (order) => {
        order.refund(650).status = "pending";
      },
      ["reverse 417"],
      "done",
      798,
    ],
  ],
  "is disputed, and won": [
    sale,
    [(order) => order.dispute(1890), ["reverse 1215"], "done", 0],
    [disputeEnds("won"), ["transfer 1215 from the balance"], "done", 1215],
  ],
  "is disputed, and lost": [
    sale,
    [(order) => order.dispute(1890), ["reverse 1215"], "done", 0],
    [disputeEnds("lost"), [], "done", 0],
  ],
  "is disputed, and lost, and the bank returns a part": [
    sale,
    [(order) => order.dispute(1890), ["reverse 1215"], "done", 0],
    [disputeEnds("lost", 650), ["transfer 418"], "done", 418],
  ],
  "is inquired about": [
    sale,
    [
      (order) => Object.assign(order.dispute(1890, 0), { status: "warning_needs_response", withdrawn: 0 }),
      [],
      "done",
      1215,
    ],
  ],
  "is refunded in part, and the rest is disputed": [
    sale,
    [(order) => order.refund(650), ["reverse 417"], "done", 798],
    [(order) => order.dispute(1240), ["reverse 798"], "done", 0],
  ],
  "is refunded in part, and the whole is disputed": [
    sale,
    [(order) => order.refund(650), ["reverse 417"], "done", 798],
    [(order) => order.dispute(1890), ["reverse 798"], "done", 0],
  ],
  "is disputed for more than was paid": [sale, [(order) => order.dispute(2500), ["reverse 1215"], "done", 0]],
  "is disputed before the split, and won": [
    [(order) => order.dispute(1890), [], "waiting: dispute_open", 0],
    [disputeEnds("won"), ["transfer 1215"], "done", 1215],
  ],
  "is disputed before the split, and lost": [
    [(order) => order.dispute(1890), [], "waiting: dispute_open", 0],
    [disputeEnds("lost"), [], "nothing_due", 0],
  ],
  "is taken back by the bank": [
    sale,
    [
      ({ charge }) => {
        charge.failed = true;
      },
      ["reverse 1215"],
      "done",
      0,
    ],
  ],
  "is refunded, the Vendor's debt is written off, and the refund fails": [
    sale,
    [
      (order) => {
        order.refund(1890);
        order.decide({ written_off: 1215 });
      },
      [],
      "done",
      1215,
    ],
    [refundFails, [], "done", 1215],
  ],
  "was paid out by hand": [[(order) => order.transfer(1215, { by: "hand" }), [], "done", 1215]],
  "was paid out by hand in part": [
    [(order) => order.transfer(1000, { by: "hand" }), ["transfer 215"], "done", 1215],
  ],
  "was paid out by hand, and too much": [
    [(order) => order.transfer(1300, { by: "hand" }), [], "on_hold: overpaid_by_hand", 1300],
    [(order) => order.decide({ sent_by_hand: 1300 }), ["reverse 85"], "done", 1215],
    [(order) => order.transfer(85, { by: "hand" }), [], "on_hold: overpaid_by_hand", 1300],
  ],
  "was paid out by hand, and too much, which is left": [
    [(order) => order.transfer(1300, { by: "hand" }), [], "on_hold: overpaid_by_hand", 1300],
    [(order) => order.decide({ written_off: 85 }), [], "done", 1300],
    [(order) => order.refund(1890), ["reverse 1215"], "done", 85],
  ],
  "was paid out by hand to another account": [
    [(order) => order.transfer(1215, { by: "hand", to: "acct_other" }), [], "on_hold: overpaid_by_hand", 0],
    [(order) => order.decide({ sent_to_others: 1215 }), ["transfer 1215"], "done", 1215],
  ],
  "is another account's by a transfer of ours, since the Order was made anew without its account": [
    [(order) => order.transfer(1215, { to: "acct_other" }), [], "on_hold: overpaid_by_hand", 0],
    [(order) => order.decide({ sent_to_others: 1215 }), ["transfer 1215"], "done", 1215],
  ],
  "is taken back by hand in part, and sent again": [
    sale,
    [(order) => order.reverse(300, { by: "hand" }), [], "on_hold: taken_back_by_hand", 915],
    [(order) => order.decide({ reversed_by_hand: 300 }), ["transfer 300"], "done", 1215],
  ],
  "is taken back by hand in part, and left": [
    sale,
    [(order) => order.reverse(300, { by: "hand" }), [], "on_hold: taken_back_by_hand", 915],
    [(order) => order.decide({ reversed_by_hand: 300, given_up: 300 }), [], "done", 915],
    [(order) => order.refund(650), ["reverse 117"], "done", 798],
    [refundFails, ["transfer 117"], "done", 915],
  ],
  "is refunded in part, and somebody took the Vendor's part back by hand": [
    sale,
    [
      (order) => {
        order.refund(650);
        order.reverse(417, { by: "hand" });
      },
      [],
      "done",
      798,
    ],
  ],
  "has a hand-made reversal beside a refund that fails": [
    sale,
    [(order) => order.refund(650), ["reverse 417"], "done", 798],
    [
      (order) => {
        refundFails(order);
        order.reverse(300, { by: "hand" });
      },
      ["transfer 417"],
      "on_hold: taken_back_by_hand",
      915,
    ],
  ],
};

it.each(Object.entries(STORIES))("an Order that %s", (_name, steps) => {
  const order = new MoneyModel();
  for (const [happens, done, stands, net] of steps) {
    happens(order);
    expect({ ...order.settle(), net: order.reckoning().net }).toEqual({ done, stands, net });
  }
});

describe("in other currencies", () => {
  it.each([
    ["euros that settle in dollars", { gross: 2069, fee: 127 }, 1296, 650, 445],
    [
      "dinars of three decimals",
      { products: 13_000, total: 18_900, gross: 6143, fee: 269 },
      3956,
      6_500,
      1360,
    ],
    ["yen", { fee: 68, currency: "jpy" }, 1232, 650, 423],
  ])("%s", (_name, sold, share, refunded, taken) => {
    const order = new MoneyModel(sold);
    expect(order.settle().done).toEqual([`transfer ${share}`]);
    order.refund(refunded);
    expect(order.settle().done).toEqual([`reverse ${taken}`]);
  });
});

it("leaves nothing to the Vendor where Stripe's fee is more than the products brought", () => {
  const order = new MoneyModel({ products: 20, total: 50, fee: 31 });
  expect(order.settle()).toEqual({ done: [], stands: "nothing_due" });
});

it("takes back from the newest transfer first, and from no other account's", () => {
  const order = new MoneyModel();
  order.transfer(215, { by: "hand" });
  order.transfer(700);
  order.transfer(50, { to: "acct_other" });
  order.transfer(300);
  order.decide({ sent_to_others: 50 });
  order.refund(1890);
  expect(order.settle()).toEqual({ done: ["reverse 300", "reverse 700", "reverse 215"], stands: "done" });
});

describe("nothing is moved", () => {
  const at = new Date("2026-11-25T12:00:00Z");
  const planned = (change: (model: MoneyModel) => void) => {
    const model = new MoneyModel();
    change(model);
    return model.plan(at);
  };

  it.each(["open", "awaiting_payment", "payment_failed", "expired"] as const)("while it is %s", (status) => {
    expect(planned(({ order }) => Object.assign(order, { status }))).toEqual({ do: "stand", status: "none" });
  });

  it("where nothing had to be paid", () => {
    expect(planned(({ order }) => Object.assign(order, { amount_total: 0 }))).toMatchObject({
      status: "nothing_due",
    });
  });

  it("where Stripe shows no charge, or one that does not fit", () => {
    expect(planned(({ facts }) => Object.assign(facts, { charge: undefined }))).toMatchObject({
      reason: "charge_missing",
    });
    expect(planned(({ charge }) => Object.assign(charge, { mismatch: "the amount is 1" }))).toMatchObject({
      status: "on_hold",
      reason: "amount_mismatch",
    });
  });

  it("where it was paid before shares were sent from here", () => {
    const split = { status: "by_hand", since: at.toISOString(), detail: "" } as const;
    expect(planned(({ order }) => Object.assign(order, { split }))).toMatchObject({ status: "by_hand" });
  });

  it.each([
    ["waits", "fee_unknown", FEE_LATE_MS - 1, "waiting"],
    ["is on hold", "fee_unknown", FEE_LATE_MS, "on_hold"],
    ["stays on hold", "fee_late", 0, "on_hold"],
  ])("while Stripe does not know its fee: it %s", (_what, reason, ms, status) => {
    const since = new Date(at.getTime() - ms).toISOString();
    const plan = planned(({ charge, order }) => {
      charge.settled = undefined;
      order.split = { status: "waiting", reason, since, detail: "" };
    });
    expect(plan).toMatchObject({ status });
  });

  it("but what is frozen needs no fee: a refund is followed all the same", () => {
    const order = new MoneyModel();
    order.settle();
    order.charge.settled = undefined;
    order.refund(1890);
    expect(order.settle().done).toEqual(["reverse 1215"]);
  });
});

/** `MONEY_STORIES=200000 npm run test:money` runs more of them. */
const stories = Number(process.env.MONEY_STORIES ?? 10_000);

it(`brings what the Vendor holds to what they should hold, in ${stories} stories`, () => {
  fc.assert(
    fc.property(sold, fc.array(happening, { maxLength: 12 }), (sale, happenings) => {
      const order = new MoneyModel(sale);
      for (const each of happenings) happen(order, each);
      order.settle();
      const { share, target, net, refunded, disputed, captured, gross } = order.reckoning();
      expect(net).toBe(target);
      expect(target).toBeGreaterThanOrEqual(0);
      expect(target).toBeLessThanOrEqual(share);
      if (refunded + disputed === 0) expect(target).toBe(share);
      if (refunded + disputed >= captured) expect(target).toBe(0);
      const fromCharge = order.facts.transfers.filter(({ source }) => source !== undefined);
      expect(fromCharge.reduce((all, { amount }) => all + amount, 0)).toBeLessThanOrEqual(gross);
    }),
    { numRuns: stories },
  );
});

it("takes the same from the Vendor in whatever order it is refunded, and never more for less", () => {
  const refunds = fc.array(fc.record({ part: fc.nat(500), products: fc.option(fc.nat(1000)) }), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(sold, refunds, fc.nat(1000), (sale, parts, more) => {
      const targetAfter = (list: typeof parts) => {
        const order = new MoneyModel(sale);
        for (const { part, products } of list) {
          const amount = Math.floor((sale.total * part) / 4000);
          order.refund(amount, products === null ? undefined : Math.floor((amount * products) / 1000));
        }
        return order.reckoning().target;
      };
      const target = targetAfter(parts);
      expect(targetAfter(parts.toReversed())).toBe(target);
      expect(targetAfter([...parts, { part: more / 2, products: null }])).toBeLessThanOrEqual(target);
    }),
  );
});

it("is off by less than one unit, in the Vendor's favour, where all is refunded in proportion", () => {
  fc.assert(
    fc.property(sold, fc.array(fc.nat(200), { maxLength: 5 }), (sale, parts) => {
      const order = new MoneyModel(sale);
      for (const part of parts) order.refund(Math.floor((sale.total * part) / 1000));
      const { share, target, refunded, captured } = order.reckoning();
      const exact = BigInt(share) * BigInt(captured - refunded);
      const off = BigInt(target) * BigInt(captured) - exact;
      expect(off >= 0n && off < BigInt(captured)).toBe(true);
    }),
  );
});

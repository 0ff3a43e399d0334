import * as v from "valibot";
import { iso } from "../clock.ts";
import { ORDER_KINDS, type OrderFact } from "../ledger/fact.ts";
import type { Period } from "../ledger/facts_booked.ts";
import type { WriteOff } from "../ledger/write_offs.ts";
import { Order } from "../orders/order.ts";
import { NO_DECISIONS, type RefundOnWay } from "../orders/split.ts";
import { lostTo, shareOf, sum, takenFromShare } from "../reckoning/reckon.ts";

/** What of an Order a statement goes by, beside its facts. */
export type Sale = v.InferOutput<typeof Sale>;
export const Sale = v.pick(Order, [
  "id",
  "marketplace",
  "currency",
  "amount_total",
  "product_total",
  "delivery_amount",
  "livemode",
  "vendor_account",
  "money",
  "refunds_on_way",
  "decisions",
]);

/**
 * The lines of a Vendor's statement, in their order. Each amount is signed so that the lines add up, to nothing where all is
 * explained: `on_hold` takes what the Vendor has yet to get, and `owed` adds what they have yet to give.
 */
export const VENDOR_LINES = [
  "products",
  "fees",
  "refunds",
  "disputes",
  "reinstated",
  "from_earlier",
  "sent",
  "taken_back",
  "written_off",
  "on_hold",
  "owed",
] as const;
export type VendorLine = (typeof VENDOR_LINES)[number];

/** What comes to what is due to the Vendor of a month's sales. */
export const DUE_LINES: readonly VendorLine[] = ["products", "fees", "refunds", "disputes", "reinstated"];

export type VendorEntry = {
  line: VendorLine;
  /** In the settlement currency's smallest unit. */
  amount: number;
  /** ISO 8601; absent of what stands at the month's beginning or end. */
  at?: string;
  /** What it is at Stripe. */
  stripe?: string | undefined;
  why?: string;
  /** Of a refund or dispute: all of it, in the Order's currency. */
  of?: number | undefined;
};

/** What the facts so far come to for the Vendor. */
type Standing = {
  products: number;
  fees: number;
  /** Of the products' share, how much went back with what went back. */
  taken: number;
  sent: number;
  returned: number;
};

/**
 * A Vendor's side of an Order in a month, from its facts in the order that Stripe made them. What a refund or dispute takes
 * is what it adds to all that went back until then, so that months add up to the whole, to the cent.
 * @param facts all of the Order from before the month's end; and those after, where something is open at its end
 * @param writeOffs of the Order, since the month began
 */
export function vendorMonth(
  sale: Sale,
  facts: readonly OrderFact[],
  writeOffs: readonly WriteOff[],
  period: Period,
): VendorEntry[] {
  const [from, to] = [iso(period.from), iso(period.to)];
  const ledger = new VendorLedger(sale);
  const currency = currencyOf(sale, facts);
  const entries: VendorEntry[] = [];
  const onWay = (sale.refunds_on_way ?? []).filter(
    ({ id }) => !facts.some(({ kind, source }) => kind === "refund" && source === id),
  );
  let [before, atEnd] = [ledger.standing(), ledger.standing()];
  let leftAtEnd = gapOf(ledger.standing(onWay));
  for (const fact of inOrder(facts.filter((each) => each.currency === currency))) {
    const seen = ledger.standing();
    ledger.add(fact);
    if (fact.booked_at < from) before = ledger.standing();
    if (fact.booked_at < to) {
      atEnd = ledger.standing();
      leftAtEnd = gapOf(ledger.standing(onWay));
    }
    if (fact.booked_at >= from && fact.booked_at < to) entries.push(...entriesOf(fact, seen, atEnd));
  }
  const start = excused(gapOf(before), sale, writeOffs);
  const end = excused(
    gapOf(atEnd),
    sale,
    writeOffs.filter(({ at }) => at >= to),
  );
  const left = gapOf(ledger.standing(onWay));
  const open = end.rest - unexplained(end.rest, left, sale);
  // What was open when the month ended for another reason stays so.
  const why = onWay.length > 0 && leftAtEnd <= 0 ? { why: ON_WAY } : {};
  return [
    ...entries,
    ...entry("from_earlier", start.rest),
    ...entry("written_off", end.excuse - start.excuse),
    ...entry("on_hold", -Math.max(0, open), why),
    ...entry("owed", Math.max(0, -open)),
  ];
}

/** In which an Order's sale was settled, and the Vendor's share of it is sent; what was in another is none of theirs. */
export const currencyOf = (sale: Sale, facts: readonly OrderFact[]): string =>
  facts.find(({ kind }) => kind === "charge")?.currency ?? facts[0]?.currency ?? sale.currency;

/** Whether something is open at the end of these facts, so that later ones may explain it. */
export const isOpenAtEnd = (entries: readonly VendorEntry[]): boolean =>
  entries.some(({ line }) => line === "on_hold" || line === "owed") || differenceOf(entries) !== 0;

/** What is not explained; nothing, if all is well. */
export const differenceOf = (entries: readonly VendorEntry[]): number =>
  sum([...entries], ({ amount }) => amount);

const entry = (line: VendorLine, amount: number, more: Pick<VendorEntry, "why"> = {}): VendorEntry[] =>
  amount === 0 ? [] : [{ line, amount, ...more }];

const ON_WAY = "for a refund that is on its way";

/** Stripe's times are whole seconds: within one, what is refunded was paid before, and what is taken back was sent. */
export const inOrder = (facts: readonly OrderFact[]): OrderFact[] =>
  [...facts].sort(
    (one, other) =>
      one.booked_at.localeCompare(other.booked_at) ||
      ORDER_KINDS.indexOf(one.kind) - ORDER_KINDS.indexOf(other.kind) ||
      one.id.localeCompare(other.id),
  );

class VendorLedger {
  private readonly sale: Sale;
  private charge: OrderFact | undefined;
  private failed = false;
  private sent = 0;
  private returned = 0;
  private readonly refunds = new Map<string, { amount: number; product_amount: number | undefined }>();
  private readonly disputes = new Map<string, Dispute>();

  constructor(sale: Sale) {
    this.sale = sale;
  }

  add(fact: OrderFact): void {
    const { kind, source = fact.id, source_amount = 0, amount, account, product_amount } = fact;
    const isVendors = account !== undefined && account === this.sale.vendor_account;
    switch (kind) {
      case "charge":
        this.charge = fact;
        return;
      case "charge_failure":
        this.failed = true;
        return;
      case "refund":
        this.refunds.set(source, { amount: source_amount, product_amount });
        return;
      case "refund_failure":
        this.refunds.delete(source);
        return;
      case "dispute":
      case "dispute_reversal":
        this.disputes.set(source, withMovement(this.disputes.get(source), fact));
        return;
      case "transfer":
        if (isVendors) this.sent -= amount;
        return;
      case "transfer_reversal":
        if (isVendors) this.returned += amount;
        return;
    }
  }

  /** @param onWay refunds that are in no ledger yet */
  standing(onWay: readonly RefundOnWay[] = []): Standing {
    const { sale, charge, sent, returned } = this;
    if (!charge) return { products: 0, fees: 0, taken: 0, sent, returned };
    const captured = charge.source_amount ?? sale.amount_total;
    const sold = { products: sale.product_total, captured, gross: charge.amount };
    const [products, share] = [shareOf({ ...sold, fee: 0 }), shareOf({ ...sold, fee: charge.fee })];
    const taken = takenFromShare({
      share: sale.money?.share ?? share,
      captured,
      products: sale.product_total,
      refunds: [
        ...this.refunds.values(),
        ...onWay.map(({ amount, product_amount }) => ({ amount, product_amount })),
      ],
      disputed: sum([...this.disputes.values()], lostBy) + (this.failed ? captured : 0),
    });
    return { products, fees: products - share, taken, sent, returned };
  }
}

type Dispute = { amount: number; withdrawn: number; reinstated: number; rate: number | undefined };

/** Money that comes back at another rate than it went is reckoned at the rate of when it went. */
function withMovement(
  dispute: Dispute | undefined,
  { amount, source_amount = 0, exchange_rate }: OrderFact,
): Dispute {
  const { withdrawn = 0, reinstated = 0, rate = exchange_rate } = dispute ?? {};
  const back = rate && exchange_rate ? Math.round((amount * rate) / exchange_rate) : amount;
  return {
    amount: source_amount,
    rate,
    withdrawn: withdrawn + Math.max(0, -amount),
    reinstated: reinstated + Math.max(0, back),
  };
}

/** A unit less than all of it is all of it: it is what the rates were rounded by. */
const lostBy = ({ amount, withdrawn, reinstated, rate }: Dispute): number =>
  lostTo({
    amount,
    withdrawn,
    reinstated,
    status: rate !== undefined && reinstated >= withdrawn - 1 ? "won" : "lost",
  });

/** What the Vendor should hold and does not, or (below zero) holds and should not. */
const gapOf = ({ products, fees, taken, sent, returned }: Standing): number =>
  products - fees - taken - (sent - returned);

function entriesOf(fact: OrderFact, before: Standing, after: Standing): VendorEntry[] {
  const { kind, booked_at: at, source: stripe } = fact;
  const taken = before.taken - after.taken;
  const of = fact.source_amount;
  switch (kind) {
    case "charge":
      return [
        { line: "products", amount: after.products - before.products, at, stripe },
        { line: "fees", amount: before.fees - after.fees, at, stripe },
      ];
    case "refund": {
      const why = fact.product_amount === undefined ? "proportional" : "by parts";
      return [{ line: "refunds", amount: taken, at, stripe, why, of }];
    }
    case "refund_failure":
      return [{ line: "refunds", amount: taken, at, stripe, why: "the refund failed", of }];
    case "dispute":
      return [{ line: "disputes", amount: taken, at, stripe, of }];
    case "dispute_reversal":
      return [{ line: "reinstated", amount: taken, at, stripe, of }];
    case "charge_failure":
      return [{ line: "disputes", amount: taken, at, stripe, why: "the buyer's bank took the payment back" }];
    case "transfer":
      return move({ line: "sent", amount: before.sent - after.sent, at, stripe });
    case "transfer_reversal":
      return move({ line: "taken_back", amount: after.returned - before.returned, at, stripe });
  }
}

/** What went to another account is none of the Vendor's. */
const move = (moved: VendorEntry): VendorEntry[] => (moved.amount === 0 ? [] : [moved]);

/** What of a gap is left when people's decisions of until then are taken off, as the split itself does (reckon.ts). */
function excused(
  gap: number,
  { decisions = NO_DECISIONS }: Sale,
  later: readonly WriteOff[],
): { rest: number; excuse: number } {
  const writtenOff = decisions.written_off - sum([...later], (each) => each.written_off);
  const givenUp = decisions.given_up - sum([...later], (each) => each.given_up);
  const excuse = gap < 0 ? Math.min(-gap, Math.max(0, writtenOff)) : -Math.min(gap, Math.max(0, givenUp));
  return { rest: gap + excuse, excuse: excuse === 0 ? 0 : excuse };
}

/**
 * How much of what is open no hold explains: what the ledger and the refunds on their way say of the Order today and its money
 * does not, where they differ in the same direction. A month that was even stays so, whatever is missing from a later one.
 */
function unexplained(rest: number, gap: number, { money }: Sale): number {
  if (!money) return 0;
  const apart = gap - (money.target - money.net);
  return Math.sign(apart) === Math.sign(rest)
    ? Math.sign(rest) * Math.min(Math.abs(apart), Math.abs(rest))
    : 0;
}

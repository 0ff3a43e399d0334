import type { OrderFact, OrderKind } from "../ledger/fact.ts";
import type { Ledger } from "../ledger/keep_bookings.ts";
import type { Order } from "../orders/order.ts";
import type { Proof } from "../orders/proof.ts";
import type { Split } from "../orders/split.ts";
import { counts, type Facts, type RefundFacts } from "../reckoning/facts.ts";
import { type Reckoning, shareOf, sum } from "../reckoning/reckon.ts";

/** What is proved: an Order, how its split stands, its ledger, and what Stripe's lists say. */
export type ToProve = {
  order: Pick<
    Order,
    | "currency"
    | "amount_total"
    | "product_total"
    | "delivery_amount"
    | "tax_amount"
    | "vendor_account"
    | "money"
  >;
  status: Split["status"];
  ledger: Ledger;
  facts: Facts;
  /** Undefined while Stripe's fee is not known. */
  reckoning: Reckoning | undefined;
};

/** What does not hold, by how much in the settlement currency's smallest unit, and in words. */
type Fault = { difference: number; detail: string };

/**
 * Whether an Order comes out to the cent: its ledger is what Stripe has, each object at Stripe has its rows in it, and what
 * the rows leave with the Distributor is what the sale, less all that went out, should. From Stripe's lists and the ledger's
 * rows, and not from what was added up here. Pure.
 * @returns undefined where there is nothing to prove, because nothing was paid
 */
export function proveOrder(it: ToProve): Omit<Proof, "at"> | undefined {
  const { charge } = it.facts;
  if (!charge && it.ledger.rows.length === 0) return undefined;
  const rules = charge ? [...RULES, ...CASH_RULES] : RULES;
  const faults = rules.flatMap((rule) => rule(it));
  const [worst] = faults.sort((one, other) => Math.abs(other.difference) - Math.abs(one.difference));
  if (worst) return { state: "off", ...worst };
  const waits = waitsFor(it);
  return waits ? { state: "waiting", difference: 0, detail: waits } : { state: "ok", difference: 0 };
}

type Rule = (it: ToProve) => Fault[];

/** The ledger's rows are the balance transactions that Stripe names for the Order, unchanged. */
const sameAsAtStripe: Rule = ({ ledger: { rows, atStripe } }) => {
  const here = new Map(rows.map((row) => [row.id, row]));
  const missing = [...atStripe].flatMap(([id, fact]) =>
    here.has(id) ? [] : { difference: fact?.net ?? 0, detail: `${id} is at Stripe, and not in the ledger.` },
  );
  const stray = rows.flatMap(({ id, net }) =>
    atStripe.has(id) ? [] : { difference: net, detail: `${id} is in the ledger, and not at Stripe.` },
  );
  const changed = rows.flatMap((row) => {
    const fact = atStripe.get(row.id);
    const field = fact && FIELDS.find((name) => row[name] !== fact[name]);
    return fact && field
      ? { difference: row.net - fact.net, detail: `The ${field} of ${row.id} is not as Stripe has it.` }
      : [];
  });
  return [...missing, ...stray, ...changed];
};

/** What of a row never changes at Stripe; `product_amount` is of metadata, which anybody may write. */
const FIELDS = [
  "kind",
  "type",
  "reporting_category",
  "source",
  "amount",
  "fee",
  "net",
  "currency",
  "booked_at",
  "exchange_rate",
  "source_amount",
  "account",
  "transfer",
] as const satisfies (keyof OrderFact)[];

/** Each row adds up: what came is the amount less the fee, and the fee is the sum of its parts. */
const eachAddsUp: Rule = ({ ledger: { rows } }) =>
  rows.flatMap(({ id, amount, fee, net, fee_details }) => {
    const byAmount = net - (amount - fee);
    const byFees = fee - sum(fee_details, (detail) => detail.amount);
    if (byAmount !== 0)
      return { difference: byAmount, detail: `${id} does not add up: net is not amount less fee.` };
    return byFees !== 0
      ? { difference: byFees, detail: `${id} does not add up: its fee is not the sum of its parts.` }
      : [];
  });

const oneCurrency: Rule = ({ ledger: { rows } }) => {
  const currencies = [...new Set(rows.map(({ currency }) => currency))];
  return currencies.length > 1
    ? [{ difference: 0, detail: `It was settled in ${currencies.join(" and ")}, which cannot be added up.` }]
    : [];
};

/** What the Order is made of is what the buyer pays, and the share that was frozen is what follows from Stripe's fee. */
const shareFollows: Rule = ({ order, ledger: { rows }, facts: { charge } }) => {
  const { amount_total, product_total, delivery_amount, tax_amount, money } = order;
  const parts = product_total + delivery_amount + tax_amount - amount_total;
  if (parts !== 0)
    return [{ difference: parts, detail: "Products, delivery and taxes are not what the buyer paid." }];
  const sale = rows.find(({ kind }) => kind === "charge");
  if (!charge || !sale || !money) return [];
  const share = shareOf({
    products: product_total,
    captured: charge.captured,
    gross: sale.amount,
    fee: sale.fee,
  });
  return money.share === share
    ? []
    : [{ difference: money.share - share, detail: "The Vendor's share is not products less Stripe's fee." }];
};

/** Each object at Stripe has the rows that it must have. */
const eachIsBooked: Rule = (it) => {
  const { facts, order, ledger } = it;
  const { charge } = facts;
  const isExchanged = settlementOf(it) !== order.currency;
  const booked = (of: Partial<Pick<OrderFact, "source" | "transfer">>, ...kinds: OrderKind[]): number =>
    sum(
      ledger.rows.filter(
        (row) =>
          kinds.includes(row.kind) &&
          (of.source === undefined || row.source === of.source) &&
          (of.transfer === undefined || row.transfer === of.transfer),
      ),
      ({ amount }) => amount,
    );
  const expect = (id: string, is: number, shall: number): Fault[] =>
    is === shall
      ? []
      : [{ difference: is - shall, detail: `What is booked for ${id} is not what Stripe says of it.` }];
  return [
    ...(charge?.settled
      ? expect(charge.id, booked({ source: charge.id }, "charge"), charge.settled.gross)
      : []),
    ...(charge?.settled && charge.failed
      ? expect(charge.id, booked({ source: charge.id }, "charge_failure"), -charge.settled.gross)
      : []),
    // In another currency each refund has a rate of its own, and what it cost only its row says.
    ...facts.refunds
      .filter((refund) => isBooked(refund, ledger))
      .flatMap((refund) => {
        const is = booked({ source: refund.id }, "refund", "refund_failure");
        if (isExchanged) return [];
        return expect(refund.id, is, counts(refund) ? -refund.amount : 0);
      }),
    ...facts.disputes.flatMap(({ id, withdrawn, reinstated }) => [
      ...expect(id, booked({ source: id }, "dispute"), -withdrawn),
      ...expect(id, booked({ source: id }, "dispute_reversal"), reinstated),
    ]),
    ...facts.transfers.flatMap(({ id, amount, reversed }) => [
      ...expect(id, booked({ transfer: id }, "transfer"), -amount),
      ...expect(id, booked({ transfer: id }, "transfer_reversal"), reversed),
    ]),
  ];
};

/** The Vendor holds by the rows what they hold by Stripe's lists; and that is what they should, or the Order stands otherwise. */
const vendorHolds: Rule = ({ order, status, ledger: { rows }, reckoning }) => {
  if (!reckoning) return [];
  const moved = rows.filter(({ kind }) => kind === "transfer" || kind === "transfer_reversal");
  const byRows = -sum(
    moved.filter(({ account }) => account === order.vendor_account),
    ({ amount }) => amount,
  );
  const stray = byRows - reckoning.net;
  if (stray !== 0)
    return [{ difference: stray, detail: "The Vendor holds another amount than the ledger says." }];
  const left = reckoning.owed - reckoning.short;
  return left !== 0 && (status === "done" || status === "nothing_due")
    ? [{ difference: left, detail: "The Vendor does not hold what they should, and nothing says why." }]
    : [];
};

/**
 * What the rows leave with the Distributor is what the buyer paid, less Stripe's fees, what went back, and what others hold.
 * In another currency what the sale brought and each refund cost follows from its day's rate, so they are the rows'.
 */
const distributorKeeps: Rule = (it) => {
  const { order, facts, ledger } = it;
  const { charge, refunds, disputes, transfers } = facts;
  if (!charge?.settled) return [];
  const isExchanged = charge.settled.currency !== order.currency;
  const refundRows = ledger.rows.filter(({ kind }) => kind === "refund" || kind === "refund_failure");
  const refunded = isExchanged
    ? -sum(refundRows, ({ amount }) => amount)
    : sum(
        refunds.filter((refund) => counts(refund) && isBooked(refund, ledger)),
        ({ amount }) => amount,
      );
  const gross = isExchanged ? charge.settled.gross : order.amount_total;
  const kept =
    gross -
    charge.settled.fee -
    refunded -
    (charge.failed ? gross : 0) -
    sum(disputes, ({ withdrawn, reinstated, fees }) => withdrawn - reinstated + fees) -
    sum(transfers, ({ amount, reversed }) => amount - reversed);
  const left = sum(ledger.rows, ({ net }) => net);
  return left === kept
    ? []
    : [{ difference: left - kept, detail: "What is left with the Distributor is not what should be." }];
};

/** No more was taken from the charge than it brought. */
const sourceIsEnough: Rule = ({ facts: { charge, transfers } }) => {
  if (!charge?.settled) return [];
  const taken = sum(
    transfers.filter(({ source }) => source === charge.id),
    ({ amount }) => amount,
  );
  const tooMuch = taken - charge.settled.gross;
  return tooMuch > 0
    ? [{ difference: tooMuch, detail: "More was sent from the charge than it brought." }]
    : [];
};

const RULES: Rule[] = [sameAsAtStripe, eachAddsUp, oneCurrency];
const CASH_RULES: Rule[] = [shareFollows, eachIsBooked, vendorHolds, distributorKeeps, sourceIsEnough];

/** Refunds that are on their way: the Vendor's part may be back already. */
export const refundsOnWay = (facts: Facts, ledger: Ledger): RefundFacts[] =>
  facts.refunds.filter((refund) => counts(refund) && !isBooked(refund, ledger));

/** A refund that is on its way has moved nothing yet. */
const isBooked = ({ id }: RefundFacts, { rows }: Ledger): boolean =>
  rows.some(({ kind, source }) => kind === "refund" && source === id);

const settlementOf = ({ order, facts }: ToProve): string => facts.charge?.settled?.currency ?? order.currency;

function waitsFor({ status, facts, ledger }: ToProve): string | undefined {
  if (!facts.charge?.settled) return "Stripe does not know its fee yet.";
  if (status === "under_way") return "A movement is on its way.";
  const [open] = refundsOnWay(facts, ledger);
  return open && `The refund ${open.id} is on its way.`;
}

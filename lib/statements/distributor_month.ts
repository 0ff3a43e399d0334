import type { OrderFact, SpaceFact, SpaceKind } from "../ledger/fact.ts";
import { shareOf } from "../reckoning/reckon.ts";
import { inOrder, type Sale } from "./order_month.ts";

/** What an Order's facts are to the Distributor, whose account they are on. Signed, so that all of them come to its `net`. */
export const CASH_LINES = [
  "products",
  "delivery",
  "tax",
  "fees",
  "refunds",
  "disputes",
  "reinstated",
  "dispute_fees",
  "exchange",
  "sent",
  "taken_back",
  "sent_to_others",
] as const;
export type CashLine = (typeof CASH_LINES)[number];

export type CashEntry = {
  line: CashLine | SpaceKind;
  /** In the smallest unit of `currency`. */
  amount: number;
  currency: string;
  at: string;
  stripe: string;
};

/**
 * The Distributor's side of an Order in a month. A refund or dispute of another currency stands at the rate of the sale; what
 * the rate of its own day adds or takes is an exchange difference.
 * @param charge of the Order, of whichever month; undefined where the ledger has none
 * @param facts of the month
 */
export const cashEntries = (
  sale: Sale,
  charge: OrderFact | undefined,
  facts: readonly OrderFact[],
): CashEntry[] =>
  inOrder(facts).flatMap((fact) =>
    partsOf(sale, charge, fact)
      .filter(([, amount]) => amount !== 0)
      .map(([line, amount]) => ({ line, amount, ...recordOf(fact) })),
  );

/** The same of what is nobody's Order. */
export const spaceEntries = (facts: readonly SpaceFact[]): CashEntry[] =>
  facts.map((fact) => ({ line: fact.kind, amount: fact.net, ...recordOf(fact) }));

/** Facts of an Order that is not there, which nobody can explain. */
export const unknownEntries = (facts: readonly OrderFact[]): CashEntry[] =>
  facts.map((fact) => ({ line: "unknown", amount: fact.net, ...recordOf(fact) }));

const recordOf = ({ id, source = id, currency, booked_at: at }: OrderFact | SpaceFact) => ({
  currency,
  at,
  stripe: source,
});

function partsOf(sale: Sale, charge: OrderFact | undefined, fact: OrderFact): [CashLine, number][] {
  const { kind, amount, fee } = fact;
  switch (kind) {
    case "charge":
      return [...soldParts(sale, fact), ["fees", -fee]];
    case "refund":
    case "refund_failure":
      return [...exchanged("refunds", fact, charge), ["fees", -fee]];
    // A bank took the payment back after it had paid: a dispute, as it is to the Vendor.
    case "charge_failure":
      return [...exchanged("disputes", fact, charge), ["fees", -fee]];
    case "dispute":
      return [...exchanged("disputes", fact, charge), ["dispute_fees", -fee]];
    case "dispute_reversal":
      return [...exchanged("reinstated", fact, charge), ["dispute_fees", -fee]];
    case "transfer":
    case "transfer_reversal": {
      const isVendors = fact.account !== undefined && fact.account === sale.vendor_account;
      const line = kind === "transfer" ? "sent" : "taken_back";
      return [
        [isVendors ? line : "sent_to_others", amount],
        ["fees", -fee],
      ];
    }
  }
}

/** What rounding leaves is in the taxes, so that the three are all that was paid. */
function soldParts(sale: Sale, { amount: gross, source_amount }: OrderFact): [CashLine, number][] {
  const captured = source_amount ?? sale.amount_total;
  const part = (of: number) => shareOf({ products: of, captured, gross, fee: 0 });
  const [products, delivery] = [part(sale.product_total), part(sale.delivery_amount)];
  return [
    ["products", products],
    ["delivery", delivery],
    ["tax", gross - products - delivery],
  ];
}

/** What it would have come to at the rate of the sale, and what it came to beside. */
function exchanged(line: CashLine, fact: OrderFact, charge: OrderFact | undefined): [CashLine, number][] {
  const { amount, exchange_rate: rate } = fact;
  const isExchanged = rate && charge?.exchange_rate && fact.currency === charge.currency;
  const atSale = isExchanged ? atRateOf(charge, fact, rate) : amount;
  return [
    [line, atSale],
    ["exchange", amount - atSale],
  ];
}

/** By the amounts themselves where Stripe names both: its rates are rounded. */
function atRateOf(charge: OrderFact, { kind, amount, source_amount }: OrderFact, rate: number): number {
  const { amount: gross, source_amount: captured, exchange_rate = rate } = charge;
  const isWhole = kind !== "dispute_reversal" && source_amount !== undefined && captured;
  return Math.round(
    isWhole ? (Math.sign(amount) * source_amount * gross) / captured : (amount * exchange_rate) / rate,
  );
}

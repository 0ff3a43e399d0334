import { limitConcurrency } from "../async/limit_concurrency.ts";
import { after, iso } from "../clock.ts";
import type { OrderFact } from "../ledger/fact.ts";
import { type FactsPlace, newestFacts } from "../ledger/facts_booked.ts";

/** So many rows of the ledger are read for a look at what was sold, of so many Marketplaces at most, so many at a time. */
const MAX_ROWS = 1_000;
const MAX_MARKETPLACES = 100;
const AT_ONCE = 16;

/** What some time came to in one currency, by Stripe's records. Amounts in its smallest unit; what is subtracted is not negative. */
export type Sales = {
  currency: string;
  /** Orders that were paid. */
  orders: number;
  sold: number;
  /** To Vendors, less what was taken back from them. */
  sent: number;
  /** Stripe's, but for disputes. */
  fees: number;
  /** To buyers. */
  refunded: number;
  /** What banks took back, less what they gave again. */
  disputed: number;
};

export type RecentSales = {
  /** ISO 8601. All that Stripe booked from then on is counted, which is later than was asked where there was more to read. */
  since: string;
  isWhole: boolean;
  /** Oldest first. */
  facts: OrderFact[];
};

/**
 * What Stripe booked for the Orders of these Marketplaces since `from`, the newest of it where there is much. Undefined of so
 * many Marketplaces that even asking each would be too much for a page.
 */
export async function recentSales(
  marketplaces: readonly { marketplace: string }[],
  from: Date,
  maxRows = MAX_ROWS,
): Promise<RecentSales | undefined> {
  if (marketplaces.length > MAX_MARKETPLACES) return undefined;
  const turn = limitConcurrency(AT_ONCE);
  const facts: OrderFact[] = [];
  let unread: { marketplace: string; last?: FactsPlace | undefined }[] = [...marketplaces];
  // Each has the same part of what may be read; what some do not need, the others have in the next round.
  for (let left = maxRows; left >= unread.length && unread.length > 0; left = maxRows - facts.length) {
    const limit = Math.floor(left / unread.length);
    const read = await Promise.all(
      unread.map(({ marketplace, last }) => turn(() => newestFacts(marketplace, { from, limit, last }))),
    );
    facts.push(...read.flatMap((page) => page.facts));
    unread = unread.flatMap(({ marketplace }, index) => {
      const last = read[index]?.last;
      return last ? [{ marketplace, last }] : [];
    });
  }
  const since = unread
    .map(({ last }) => iso(after(new Date(last?.booked_at ?? from), 1)))
    .sort()
    .at(-1);
  const counted = since ? facts.filter(({ booked_at }) => booked_at >= since) : facts;
  return { since: since ?? iso(from), isWhole: since === undefined, facts: counted };
}

/** What facts come to, one for each currency. */
export function salesOf(facts: readonly OrderFact[]): Sales[] {
  const byCurrency = Map.groupBy(facts, ({ currency }) => currency);
  return [...byCurrency]
    .map(([currency, of]) => ({
      currency,
      orders: of.filter(({ kind }) => kind === "charge").length,
      sold: total(of, ["charge"]),
      sent: 0 - total(of, ["transfer", "transfer_reversal"]),
      fees: of.reduce((all, { kind, fee }) => all + (kind.startsWith("dispute") ? 0 : fee), 0),
      refunded: 0 - total(of, ["refund", "refund_failure"]),
      disputed: 0 - total(of, ["dispute", "dispute_reversal", "charge_failure"]),
    }))
    .sort((one, other) => one.currency.localeCompare(other.currency));
}

const total = (facts: readonly OrderFact[], kinds: readonly OrderFact["kind"][]): number =>
  facts.reduce((all, { kind, amount }) => all + (kinds.includes(kind) ? amount : 0), 0);

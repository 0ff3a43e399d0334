import type Stripe from "stripe";
import { limitConcurrency } from "../async/limit_concurrency.ts";
import { type OrderFact, type OrderKind, transactionOf } from "./fact.ts";
import { factsOf } from "./facts_of.ts";
import { putFacts } from "./put_facts.ts";

/** What of a fact's source its row keeps beside Stripe's transaction. */
type OfSource = Pick<OrderFact, "source_amount" | "product_amount" | "account" | "transfer">;

/** A balance transaction that an object of an Order's names: whole, where Stripe told it along, or by its id alone. */
export type Booking = { kind: OrderKind; of: OfSource; transaction: string | Stripe.BalanceTransaction };

/** An Order's ledger as it is here, and each transaction that Stripe names for it; undefined where it was not told along. */
export type Ledger = { rows: OrderFact[]; atStripe: Map<string, OrderFact | undefined> };

type Place = { space: string; marketplace: string; id: string };

/** Requests to Stripe and writes at the same time. */
const AT_ONCE = 8;

/** What of an Order is in its ledger, before anything is known of what Stripe says. */
export const ledgerOf = async (order: Place): Promise<Ledger> => ({
  rows: await factsOf(order),
  atStripe: new Map(),
});

/** The ledger of an Order that was never looked at, which is empty. */
export const NEW_LEDGER: Ledger = { rows: [], atStripe: new Map() };

/**
 * Writes what Stripe names and the ledger has not; what it has is not written again. A transaction that was not told along
 * is asked for once, when it is new.
 * @returns the ledger as it is then
 * @throws what Stripe's SDK throws
 */
export async function keepBookings(
  stripe: Stripe,
  order: Place,
  { rows, atStripe }: Ledger,
  bookings: Booking[],
): Promise<Ledger> {
  const known = new Set(rows.map(({ id }) => id));
  const inTurn = limitConcurrency(AT_ONCE);
  const told = await Promise.all(
    bookings.map(async ({ transaction, ...booking }) => {
      const id = typeof transaction === "string" ? transaction : transaction.id;
      if (typeof transaction === "string" && known.has(id)) return [id, undefined] as const;
      const whole =
        typeof transaction === "string"
          ? await inTurn(() => stripe.balanceTransactions.retrieve(transaction))
          : transaction;
      return [id, factOf(order, booking, whole)] as const;
    }),
  );
  const fresh = told.flatMap(([id, fact]) => (fact && !known.has(id) ? fact : []));
  await Promise.all(fresh.map((fact) => inTurn(() => putFacts([fact]))));
  return { rows: [...rows, ...fresh], atStripe: new Map([...atStripe, ...told]) };
}

const factOf = (
  { space, marketplace, id: order }: Place,
  { kind, of }: Omit<Booking, "transaction">,
  transaction: Stripe.BalanceTransaction,
): OrderFact => ({ ...transactionOf(transaction), space, marketplace, order, kind, ...of });

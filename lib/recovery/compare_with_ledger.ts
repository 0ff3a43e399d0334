import Stripe from "stripe";
import * as v from "valibot";
import { fromSeconds, iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { batchGet } from "../dynamodb/batch_get.ts";
import { factKey, spaceFactKey } from "../dynamodb/keys.ts";
import { isOrderKind, type OrderFact, type SpaceFact, transactionOf } from "../ledger/fact.ts";
import { factsBooked, type Period, spaceFactsBooked } from "../ledger/facts_booked.ts";
import { putFacts } from "../ledger/put_facts.ts";
import { spaceKind } from "../ledger/space_kind.ts";
import { describeError, log } from "../log.ts";
import { settle } from "../money/settle.ts";
import { findOrder } from "../orders/find_order.ts";
import { moveOrder } from "../orders/move_order.ts";
import type { MoneyFound } from "../spaces/recovery.ts";
import { readSession } from "../stripe_events/follow_checkout_session.ts";
import { NonRetryableError } from "../stripe_events/outcome.ts";
import { type Listed, named, ordersOfTransactions, type Place, transferOf } from "./order_of_transaction.ts";
import { CAUSE, name, type Pass } from "./pass.ts";

type Row = Pick<OrderFact, "id" | "net" | "amount" | "fee" | "currency" | "booked_at">;
const Row = v.object({
  id: v.string(),
  net: v.number(),
  amount: v.number(),
  fee: v.number(),
  currency: v.string(),
  booked_at: v.string(),
});

/** The Space's Marketplaces, and the accounts that they pay. */
export type Whose = { marketplaces: ReadonlySet<string>; vendors: ReadonlySet<string> };

/**
 * Compares balance transactions with the ledger: what is in none wakes its Order, and what belongs to none is named for what it is.
 * @param before what was found so far
 * @returns the same with what is found in these
 * @throws what Stripe's SDK throws; then nothing is found
 */
export const compareWithLedger = (
  pass: Pass,
  whose: Whose,
  before: MoneyFound,
  listed: Listed[],
): Promise<MoneyFound> => counted(before, (found, tally) => compare(pass, listed, { found, whose, tally }));

/**
 * The same of rows in the ledger that Stripe does not list: each wakes its Order, whose proof is off.
 * @param seen what Stripe lists of the period, `txn_…`
 */
export const findStray = (
  pass: Pass,
  whose: Whose,
  before: MoneyFound,
  period: Period,
  seen: ReadonlySet<string>,
): Promise<MoneyFound> =>
  counted(before, async (found, tally) => {
    for (const marketplace of whose.marketplaces)
      for await (const rows of factsBooked(marketplace, period))
        for (const { id, order, booked_at, currency, net } of rows) {
          if (seen.has(id)) continue;
          tally.add(booked_at, currency, net);
          name(found.off, order);
          await pass.turn();
          await wake(pass, { marketplace, id: order });
        }
    for await (const rows of spaceFactsBooked(pass.space, period))
      for (const { id, booked_at, currency, net } of rows)
        if (!seen.has(id)) tally.add(booked_at, currency, net);
  });

/** What is cut off has found nothing: so nothing is counted twice when it is read again. */
async function counted(
  before: MoneyFound,
  work: (found: MoneyFound, tally: Tally) => Promise<void>,
): Promise<MoneyFound> {
  const found = structuredClone(before);
  const tally = new Tally();
  await work(found, tally);
  for (const { day, currency, amount } of tally.all()) {
    const same = found.differences.find((each) => each.day === day && each.currency === currency);
    if (same) same.amount += amount;
    else found.differences.push({ day, currency, amount });
  }
  found.differences = found.differences.filter(({ amount }) => amount !== 0);
  return found;
}

/** By day and currency, how much more the ledger has than Stripe. */
class Tally {
  private readonly sums = new Map<string, { day: string; currency: string; amount: number }>();

  /** @param booked_at ISO 8601 */
  add(booked_at: string, currency: string, amount: number): void {
    const day = booked_at.slice(0, 10);
    const sum = this.sums.get(`${day} ${currency}`) ?? { day, currency, amount: 0 };
    sum.amount += amount;
    this.sums.set(`${day} ${currency}`, sum);
  }

  all = () => [...this.sums.values()];
}

type Comparing = { found: MoneyFound; whose: Whose; tally: Tally };

const bookedAt = ({ created }: Listed): string => iso(fromSeconds(created));

async function compare(pass: Pass, listed: Listed[], comparing: Comparing): Promise<void> {
  const { found, whose, tally } = comparing;
  const { stripe } = pass.platform;
  found.listed += listed.length;
  const ofOrders = listed.filter(({ reporting_category }) => isOrderKind(reporting_category));
  const places = await ordersOfTransactions(stripe, whose.marketplaces, ofOrders, pass.turn);
  await keepNobodys(
    pass.space,
    listed.filter((each) => !isOrderKind(each.reporting_category)),
    comparing,
  );

  const claimed = ofOrders.filter(({ id }) => places.has(id));
  const before = await rowsOf(claimed, places);
  const woken = new Map<string, boolean>();
  for (const each of claimed) {
    const place = places.get(each.id);
    const row = before.get(each.id);
    if (!place || (row && isSame(row, each)) || woken.has(place.id)) continue;
    await pass.turn();
    woken.set(place.id, await wake(pass, place));
    if (row) name(found.off, place.id);
  }
  const after = woken.size > 0 ? await rowsOf(claimed, places) : before;
  for (const each of claimed) {
    const row = after.get(each.id);
    if (row && !before.has(each.id)) found.put_in += 1;
    // Whoever has the Order now puts it in; the next reading looks again.
    if (!row && woken.get(places.get(each.id)?.id ?? "") === false) continue;
    if (!row) unclaimed(pass.space, each, comparing);
    else tallyBoth(tally, row, each);
  }

  for (const each of ofOrders) {
    if (places.has(each.id)) continue;
    if (await isOurs(pass, each, whose)) unclaimed(pass.space, each, comparing);
    else found.nobodys.other_business = (found.nobodys.other_business ?? 0) + 1;
  }
}

const isSame = (row: Row, { net, amount, fee, currency }: Listed): boolean =>
  row.net === net && row.amount === amount && row.fee === fee && row.currency === currency;

/** The same nets of the same currency come to nothing. */
function tallyBoth(tally: Tally, row: Row, listed: Listed): void {
  tally.add(bookedAt(listed), row.currency, row.net);
  tally.add(bookedAt(listed), listed.currency, -listed.net);
}

function unclaimed(space: string, listed: Listed, { found, tally }: Comparing): void {
  const { id, net, currency, type } = listed;
  name(found.unclaimed, id);
  tally.add(bookedAt(listed), currency, -net);
  log.error("a balance transaction belongs to no Order, and should", { space, transaction: id, type });
}

/** What a Vendor was sent, and what was paid with our metadata, is an Order's. */
async function isOurs(pass: Pass, each: Listed, { marketplaces, vendors }: Whose): Promise<boolean> {
  if (marketplaces.has(named(each)?.marketplace ?? "")) return true;
  const transfer = await transferOf(pass.platform.stripe, each, pass.turn);
  if (!transfer) return false;
  const { destination } = transfer;
  return vendors.has((typeof destination === "string" ? destination : destination?.id) ?? "");
}

/**
 * One Order's trouble is its own, and the next reading looks again; what befalls all ends the pass.
 * @returns whether its money was looked at
 */
async function wake({ space, platform }: Pass, place: Place): Promise<boolean> {
  try {
    const order = await findOrder(place.marketplace, place.id);
    if (order?.space !== space) return true;
    if (order.status !== "paid") {
      const session = await readSession(platform, order.checkout_session, space);
      if (session) await moveOrder(session.order, { ...session.state, cause: CAUSE, at: iso(now()) });
    }
    return (await settle(place)).split !== undefined;
  } catch (error) {
    if (error instanceof NonRetryableError) return true;
    if (error instanceof Stripe.errors.StripeError) throw error;
    log.warn("an Order could not be woken", { space, order: place.id, ...describeError(error) });
    return false;
  }
}

async function rowsOf(listed: Listed[], places: Map<string, Place>): Promise<Map<string, Row>> {
  const keys = listed.flatMap(({ id }) => {
    const place = places.get(id);
    return place ? [factKey(place.marketplace, place.id, id)] : [];
  });
  return await readRows(keys);
}

async function readRows(keys: { pk: string; sk: string }[]): Promise<Map<string, Row>> {
  if (keys.length === 0) return new Map();
  const rows = v.parse(v.array(Row), await batchGet(configuration.ordersTable, keys));
  return new Map(rows.map((row) => [row.id, row]));
}

/** What is nobody's Order is named for what it is, and kept in the Space's own ledger, but for the Distributor's other business. */
async function keepNobodys(space: string, listed: Listed[], { found, tally }: Comparing): Promise<void> {
  const here = await readRows(listed.map(({ id }) => spaceFactKey(space, id)));
  const fresh: SpaceFact[] = [];
  for (const each of listed) {
    const kind = spaceKind(each);
    found.nobodys[kind] = (found.nobodys[kind] ?? 0) + 1;
    if (kind === "unknown") name(found.unknown, each.id);
    const row = here.get(each.id);
    if (row) tallyBoth(tally, row, each);
    else if (kind !== "other_business") fresh.push({ ...transactionOf(each), space, kind });
  }
  await putFacts(fresh);
  found.put_in += fresh.length;
}

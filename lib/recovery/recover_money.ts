import Stripe from "stripe";
import * as v from "valibot";
import { after, fromSeconds, iso, now, toSeconds } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { batchGet } from "../dynamodb/batch_get.ts";
import { factKey, spaceFactKey } from "../dynamodb/keys.ts";
import { isOrderKind, type OrderFact, type SpaceFact, transactionOf } from "../ledger/fact.ts";
import { factsBooked, type Period, spaceFactsBooked } from "../ledger/facts_booked.ts";
import { putFacts } from "../ledger/put_facts.ts";
import { spaceKind } from "../ledger/space_kind.ts";
import { describeError, log } from "../log.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import { settle } from "../money/settle.ts";
import { findOrder } from "../orders/find_order.ts";
import { moveOrder } from "../orders/move_order.ts";
import { type MoneyFound, type MoneyProof, saveRecovery } from "../spaces/recovery.ts";
import { linkedAccount } from "../stripe_account/refresh_account.ts";
import { readSession } from "../stripe_events/follow_checkout_session.ts";
import { NonRetryableError } from "../stripe_events/outcome.ts";
import { type Listed, named, ordersOfTransactions, type Place, transferOf } from "./order_of_transaction.ts";
import { CAUSE, name, type Pass } from "./pass.ts";

const DAY_MS = 24 * 60 * 60_000;
/** What Stripe books late, or changes hands late, is a few days old. */
const LOOK_BACK_DAYS = 8;
/** Once a day; an hourly pass comes a little early or late. */
const DAILY_MS = DAY_MS - 30 * 60_000;
/** What happened just now is on its way, in ms. */
const ON_ITS_WAY_MS = 10 * 60_000;
/** So many are compared before the time is looked at: each may wake an Order. */
const AT_A_TIME = 20;

type Reading = NonNullable<MoneyProof["reading"]>;
type Row = Pick<OrderFact, "id" | "net" | "amount" | "fee" | "currency" | "booked_at">;
const Row = v.object({
  id: v.string(),
  net: v.number(),
  amount: v.number(),
  fee: v.number(),
  currency: v.string(),
  booked_at: v.string(),
});

/**
 * Compares Stripe's list of the platform's balance transactions with the ledger: daily the last eight days, and once the
 * whole month before. It needs no event: what is in no ledger wakes its Order, and what belongs to none is named for what it
 * is. Cut off anywhere, it goes on there.
 * @param money where the passes before came to, and this one so far
 * @throws what Stripe's SDK throws
 */
export async function recoverMoney(pass: Pass, money: MoneyProof): Promise<void> {
  delete money.trouble;
  while (now() < pass.until) {
    money.reading ??= nextReading(money);
    if (!money.reading) return;
    const isRead = await readDays(pass, money.reading);
    if (isRead) finish(pass.space, money, money.reading);
    await saveRecovery(pass.recovery);
    if (!isRead) return;
  }
}

const dayOf = (time: Date): string => iso(time).slice(0, 10);
const startOf = (day: string): Date => new Date(`${day}T00:00:00.000Z`);
const dayAfter = (day: string): string => dayOf(after(startOf(day), DAY_MS));
const monthOf = (day: string): string => day.slice(0, 7);

/** What is to be read now, if anything is. Readings join without a gap, however long there was none. */
function nextReading({ until, read_at, month }: MoneyProof): Reading | undefined {
  const at = now();
  const today = dayOf(at);
  if (!read_at || after(new Date(read_at), DAILY_MS) <= at) {
    const oldest = dayOf(after(at, -LOOK_BACK_DAYS * DAY_MS));
    const from = until && until < iso(startOf(oldest)) ? dayOf(new Date(until)) : oldest;
    // In whole seconds, as Stripe's times are: the ledger is asked for the same stretch.
    return aReading(from, iso(fromSeconds(toSeconds(after(at, -ON_ITS_WAY_MS)))));
  }
  // Of the month before, when the last of it is two days old: by then all of it is booked.
  const before = monthOf(dayOf(after(startOf(`${monthOf(today)}-01`), -DAY_MS)));
  const isOver = Number(today.slice(8)) > 2;
  if (!isOver || month === before) return undefined;
  return { month: before, ...aReading(`${before}-01`, iso(startOf(`${monthOf(today)}-01`))) };
}

const aReading = (day: string, to: string): Reading => ({
  day,
  found: {
    from: iso(startOf(day)),
    to,
    listed: 0,
    put_in: 0,
    nobodys: {},
    unknown: [],
    unclaimed: [],
    off: [],
    differences: [],
  },
});

function finish(space: string, money: MoneyProof, { month, found }: Reading): void {
  delete money.reading;
  money.found = found;
  if (month) money.month = month;
  else {
    money.until = found.to;
    money.read_at = iso(now());
  }
  const unproved = found.unclaimed.length + found.unknown.length + found.differences.length;
  log.info(
    "a Space's balance transactions were compared",
    { space, month: month ?? "", from: found.from, to: found.to, listed: found.listed, put_in: found.put_in },
    { ...(unproved > 0 && { MoneyUnproved: unproved }) },
  );
}

/**
 * What fits on one page is read at once; else it goes by days.
 * @returns whether the reading came to its end
 */
async function readDays(pass: Pass, reading: Reading): Promise<boolean> {
  const marketplaces = await listMarketplaces(pass.space);
  const whose: Whose = {
    marketplaces: new Set(marketplaces.map(({ marketplace }) => marketplace)),
    vendors: new Set(marketplaces.flatMap((each) => linkedAccount(each) ?? [])),
  };
  const end = reading.found.to;
  let fits = true;
  while (iso(startOf(reading.day)) < end) {
    const from = startOf(reading.day);
    const endOfDay = iso(startOf(dayAfter(reading.day)));
    const to = reading.to ?? (fits || endOfDay > end ? end : endOfDay);
    const first = await listPage(pass, { from, to: new Date(to) }, reading.starting_after);
    if (!reading.to && to > endOfDay && first.has_more) {
      fits = false;
      continue;
    }
    reading.to = to;
    if (!(await readPeriod(pass, reading, whose, { from, to: new Date(to) }, first))) return false;
    reading.day = dayOf(after(startOf(dayOf(after(new Date(to), -1))), DAY_MS));
    delete reading.to;
    delete reading.starting_after;
    if (now() >= pass.until && iso(startOf(reading.day)) < end) return false;
  }
  return true;
}

/** The Space's Marketplaces, and the accounts that they pay. */
type Whose = { marketplaces: ReadonlySet<string>; vendors: ReadonlySet<string> };

type Page = Pick<Stripe.ApiList<Listed>, "data" | "has_more">;

async function listPage(
  { platform, turn }: Pass,
  { from, to }: Period,
  starting_after: string | undefined,
): Promise<Page> {
  await turn();
  return await platform.stripe.balanceTransactions.list({
    created: { gte: toSeconds(from), lt: toSeconds(to) },
    limit: 100,
    expand: ["data.source"],
    ...(starting_after !== undefined && { starting_after }),
  });
}

/** @returns whether it was read to its end */
async function readPeriod(
  pass: Pass,
  reading: Reading,
  whose: Whose,
  period: Period,
  first: Page,
): Promise<boolean> {
  const isFromItsStart = reading.starting_after === undefined;
  const seen = new Set<string>();
  let page = first;
  for (;;) {
    for (let begin = 0; begin < page.data.length; begin += AT_A_TIME) {
      if (now() >= pass.until && begin > 0) return false;
      const some = page.data.slice(begin, begin + AT_A_TIME);
      await counted(reading, (found, tally) => compare(pass, some, { found, whose, tally }));
      reading.starting_after = some.at(-1)?.id;
      for (const { id } of some) seen.add(id);
    }
    if (!page.has_more) break;
    if (now() >= pass.until) return false;
    page = await listPage(pass, period, reading.starting_after);
  }
  if (isFromItsStart)
    await counted(reading, (found, tally) => findStray(pass, { found, whose, tally }, period, seen));
  return true;
}

/** What is cut off has found nothing: so nothing is counted twice when it is read again. */
async function counted(
  reading: Reading,
  work: (found: MoneyFound, tally: Tally) => Promise<void>,
): Promise<void> {
  const found = structuredClone(reading.found);
  const tally = new Tally();
  await work(found, tally);
  for (const { day, currency, amount } of tally.all()) {
    const same = found.differences.find((each) => each.day === day && each.currency === currency);
    if (same) same.amount += amount;
    else found.differences.push({ day, currency, amount });
  }
  found.differences = found.differences.filter(({ amount }) => amount !== 0);
  reading.found = found;
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
    found,
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
    else {
      tally.add(bookedAt(each), row.currency, row.net);
      tally.add(bookedAt(each), each.currency, -each.net);
    }
  }

  for (const each of ofOrders) {
    if (places.has(each.id)) continue;
    if (await isOurs(pass, each, whose)) unclaimed(pass.space, each, comparing);
    else found.nobodys.other_business = (found.nobodys.other_business ?? 0) + 1;
  }
}

const isSame = (row: Row, { net, amount, fee, currency }: Listed): boolean =>
  row.net === net && row.amount === amount && row.fee === fee && row.currency === currency;

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
      const session = await readSession(platform.stripe, order.checkout_session, space);
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
async function keepNobodys(space: string, listed: Listed[], found: MoneyFound): Promise<void> {
  const here = await readRows(listed.map(({ id }) => spaceFactKey(space, id)));
  const fresh: SpaceFact[] = [];
  for (const each of listed) {
    const kind = spaceKind(each);
    found.nobodys[kind] = (found.nobodys[kind] ?? 0) + 1;
    if (kind === "unknown") name(found.unknown, each.id);
    if (kind === "other_business" || here.has(each.id)) continue;
    fresh.push({ ...transactionOf(each), space, kind });
  }
  await putFacts(fresh);
  found.put_in += fresh.length;
}

/** Rows that Stripe does not list: each wakes its Order, whose proof is off. */
async function findStray(
  pass: Pass,
  { found, whose, tally }: Comparing,
  period: Period,
  seen: ReadonlySet<string>,
): Promise<void> {
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
}

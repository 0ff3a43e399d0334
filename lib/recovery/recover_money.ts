import type Stripe from "stripe";
import { after, fromSeconds, iso, now, toSeconds } from "../clock.ts";
import type { Period } from "../ledger/facts_booked.ts";
import { log } from "../log.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import { type MoneyProof, saveRecovery } from "../spaces/recovery.ts";
import { linkedAccount } from "../stripe_account/refresh_account.ts";
import { compareWithLedger, findStray, type Whose } from "./compare_with_ledger.ts";
import type { Listed } from "./order_of_transaction.ts";
import type { Pass } from "./pass.ts";

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
      reading.found = await compareWithLedger(pass, whose, reading.found, some);
      reading.starting_after = some.at(-1)?.id;
      for (const { id } of some) seen.add(id);
    }
    if (!page.has_more) break;
    if (now() >= pass.until) return false;
    page = await listPage(pass, period, reading.starting_after);
  }
  if (isFromItsStart) reading.found = await findStray(pass, whose, reading.found, period, seen);
  return true;
}

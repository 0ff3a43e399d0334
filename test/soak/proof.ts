/**
 * Whether nothing was lost, and nothing done twice: by what Stripe lists, and by what each Order's story comes to when it is
 * reckoned by hand. Only then is the product asked what it thinks itself.
 */
import { isDeepStrictEqual } from "node:util";
import type Stripe from "stripe";
import * as v from "valibot";
import { UserError } from "../../cli/user_error.ts";
import { limitConcurrency } from "../../lib/async/limit_concurrency.ts";
import { RecoveryJson } from "../../lib/overview/present_recovery.ts";
import { ReplayJson } from "../../lib/replays/replay.ts";
import { parseFailing } from "../../lib/stripe_events/failing.ts";
import { FailuresJson } from "../../lib/stripe_events/failures.ts";
import { isHandled } from "../../lib/stripe_events/registry.ts";
import type { SeedSpace } from "../../local/demo_seed.ts";
import { Ended, everyOne, type Placed, type Sold, sum, troubleWith } from "../support/month_stories.ts";
import { say } from "../support/say.ts";
import { brokenBy } from "./broken.ts";
import { ask } from "./http.ts";
import type { EventRow, Tables } from "./tables.ts";

const CAUSE = "handler:TypeError@broken.ts";
/** The last try of a broken event may also have met a table or a simulator that was too slow, or have been given up for lost. */
const CAUSES = /^(?:handler:TypeError@broken\.ts|table:\w+|stripe:\w+|run:lost)$/;
/** What is asked for at once. */
const AT_ONCE = 8;
/** What Stripe lists comes to be read so long after it happened, in ms. */
const JUST_NOW_MS = 5 * 60_000;
/** As far apart as the clocks of Stripe and of the product are, in ms, and some. */
const APART_MS = 2 * 60_000;
/** So many troubles are told; the rest are counted. */
const TOLD = 20;

/** A Space, as whoever runs it has it. */
export type Seller = SeedSpace & {
  stripe: Stripe;
  /** The Space's address, and what to send along to manage it. */
  at: string;
  manage: { authorization: string };
  /** Since when an endpoint hears every type, in s since the epoch; undefined where it was switched off for a while. */
  hearsAllSince: number | undefined;
};

export type SoakOrder = Placed & {
  seller: Seller;
  path: string;
  /** The Vendor's. */
  account: string;
};

/** What somebody wanted to go back to a buyer, once: here, or at Stripe. */
export type Refunded = { charge: string; amount: number };

/** What there is to look at when all is over. */
export type Soaked = {
  sellers: readonly Seller[];
  sold: readonly Sold<SoakOrder>[];
  refunds: readonly Refunded[];
  tables: Tables;
  /** Which events were answered 200 to Stripe, and by when, in ms since the epoch. */
  taken: () => Map<string, number>;
};

/**
 * @param mend mends the handlers that throw
 * @param rest has time pass until nothing is due
 * @throws {UserError} naming what is wrong
 */
export async function assertProved(
  soaked: Soaked,
  mend: () => void,
  rest: () => Promise<void>,
): Promise<void> {
  const { tables } = soaked;
  const [events, books] = await Promise.all([eventsAtStripe(soaked), booksAtStripe(soaked)]);
  const rows = await tables.events();
  const taken = soaked.taken();
  assertNone("Events at Stripe", events, (event) =>
    troubleWithEvent(event, rows.get(event.key), taken.get(event.id)),
  );
  assertNone("Orders by Stripe's lists", soaked.sold, (sold) => troubleAtStripe(sold, books, soaked.refunds));
  assertSame("charges", books.charges.length, soaked.sold.length);
  assertSame("refunds", books.refunds.length, soaked.refunds.length);
  assertSame(
    "what the Vendors hold",
    books.balances,
    sum(books.transfers, (each) => each.amount - each.amount_reversed),
  );

  const fees = new Map(books.ledger.map(({ source, fee }) => [source, fee]));
  const ended = await allOf(soaked.sold, async ({ order, story }) => {
    const now = v.parse(Told, await ask(order.path, { authorization: `Bearer ${order.seller.sellKey}` }));
    return { id: order.id, story, now };
  });
  assertNone("Orders by the product's own words", ended, ({ id, story, now }) => {
    const trouble = troubleWith({ story }, now, fees.get(now.charge) ?? Number.NaN);
    const unproved = now.proof?.state === "ok" ? undefined : `it is not proved: ${now.proof?.detail}`;
    const wrong = trouble ?? unproved ?? troubleWithTimeline(now, soaked.refunds);
    return wrong && `${id}: ${wrong}`;
  });

  for (const { space } of soaked.sellers) await tables.forgetRecovery(space);
  await allOf(soaked.sellers, assertNothingToRecover);

  const dead = [...rows.values()].filter(({ status }) => status === "dead");
  await allOf(soaked.sellers, async (seller) => {
    const ofSpace = dead.filter(({ pk }) => pk.startsWith(`${seller.space}#`));
    const { data } = v.parse(FailuresJson, await ask(`${seller.at}/failures`, seller.manage));
    const named = Object.fromEntries(data.map(({ cause, count, dead }) => [cause, [count, dead]]));
    const expected = Object.entries(Object.groupBy(ofSpace, causeOf)).map(([cause, { length } = []]) => [
      cause,
      [length, length],
    ]);
    assertSame(`what fails in ${seller.space}`, named, Object.fromEntries(expected));
  });
  const byHandlers = dead.filter((row) => causeOf(row) === CAUSE).length;
  say(
    `${dead.length} events are dead, ${byHandlers} of them by ${CAUSE}. It is mended, and they are replayed.`,
  );
  mend();
  await allOf(soaked.sellers, replayAll);
  await rest();
  const finished = await tables.events();
  assertNone("Events that were replayed", dead, ({ pk }) => {
    const { status } = finished.get(pk) ?? {};
    return status === "succeeded" || status === "ignored" ? undefined : `${pk} is ${status}`;
  });
  const { transfers } = await booksAtStripe(soaked);
  assertSame("what the replay moved", transfers.length - books.transfers.length, 0);
  assertNone("Transfers after the replay", transfers, (transfer) => {
    const before = books.transfers.find(({ id }) => id === transfer.id);
    return before?.amount_reversed === transfer.amount_reversed ? undefined : transfer.id;
  });
}

type Listed = Pick<Stripe.Event, "id" | "type" | "pending_webhooks"> & { key: string; isDelivered: boolean };

/** All that Stripe lists of the platforms and their connected accounts, and whether an endpoint heard it. */
async function eventsAtStripe({ sellers }: Soaked): Promise<Listed[]> {
  const lists = await allOf(sellers, async ({ space, stripe, marketplaces, hearsAllSince }) => {
    const listed = async (stripeAccount?: string): Promise<Listed[]> =>
      (await everyOne(stripe.events.list({ limit: 100 }, stripeAccount ? { stripeAccount } : {}))).map(
        ({ id, type, created, pending_webhooks }) => ({
          key: `${space}#${id}`,
          id,
          type,
          pending_webhooks,
          isDelivered:
            isHandled(type) || (!stripeAccount && created > (hearsAllSince ?? Number.POSITIVE_INFINITY)),
        }),
      );
    const accounts = [undefined, ...marketplaces.map(({ stripe_account }) => stripe_account)];
    return (await Promise.all(accounts.map(listed))).flat();
  });
  return lists.flat();
}

function troubleWithEvent(
  { id, type, pending_webhooks, isDelivered }: Listed,
  row: EventRow | undefined,
  taken: number | undefined,
) {
  const is = `${id} (${type}) is`;
  if (pending_webhooks > 0) return `${is} still to be delivered`;
  if (!row) return isDelivered || taken ? `${is} lost` : undefined;
  // Of what was stored as it came, the two times may be apart by what the clocks were moved on meanwhile.
  if (taken && row.recovered && Date.parse(row.received_at) > taken + APART_MS)
    return `${is} lost by who was answered 200, and was recovered at ${row.received_at}`;
  if (!isHandled(type)) return row.status === "ignored" ? undefined : `${is} ${row.status}`;
  if (!brokenBy(id))
    return row.status === "succeeded" || row.status === "ignored"
      ? undefined
      : `${is} ${row.status}: ${row.failing}`;
  return row.status === "dead" && CAUSES.test(causeOf(row))
    ? undefined
    : `${is} broken, and ${row.status}: ${row.failing}`;
}

const causeOf = ({ failing = "" }: EventRow): string => parseFailing(failing).cause;

type Books = Awaited<ReturnType<typeof booksAtStripe>>;

/** What Stripe has of all Spaces. */
async function booksAtStripe({ sellers }: Soaked) {
  const limit = 100;
  const all = await allOf(sellers, async ({ stripe, marketplaces }) => {
    const [charges, transfers, refunds, ledger] = await Promise.all([
      everyOne(stripe.charges.list({ limit })),
      everyOne(stripe.transfers.list({ limit })),
      everyOne(stripe.refunds.list({ limit })),
      everyOne(stripe.balanceTransactions.list({ limit })),
    ]);
    const balances = await allOf(marketplaces, async ({ stripe_account = "" }) => {
      const { available, pending } = await stripe.balance.retrieve({}, { stripeAccount: stripe_account });
      return sum([...available, ...pending], ({ amount }) => amount);
    });
    return { charges, transfers, refunds, ledger, balance: sum(balances, (each) => each) };
  });
  return {
    charges: all.flatMap(({ charges }) => charges),
    transfers: all.flatMap(({ transfers }) => transfers),
    refunds: all.flatMap(({ refunds }) => refunds),
    ledger: all.flatMap(({ ledger }) => ledger),
    balances: sum(all, ({ balance }) => balance),
  };
}

const Told = v.object({ ...Ended.entries, timeline: v.array(v.object({ entry: v.string() })) });

/** What happens to an Order once, its timeline tells once. */
function troubleWithTimeline({ timeline, charge }: v.InferOutput<typeof Told>, refunds: readonly Refunded[]) {
  const refunded = refunds.filter((refund) => refund.charge === charge).length;
  const is = (wanted: string): number => timeline.filter(({ entry }) => entry === wanted).length;
  const wrong = Object.entries({ placed: 1, paid: 1, refund_recorded: refunded }).find(
    ([entry, times]) => is(entry) !== times,
  );
  return wrong && `its timeline tells ${wrong[0]} ${is(wrong[0])} times, and should ${wrong[1]} times`;
}

/**
 * What is wrong with an Order by Stripe's lists: paid once, refunded as was wanted, and the Vendor holds what its story leaves
 * them, with nothing moved twice on the way there.
 */
function troubleAtStripe(
  { order, story }: Sold<SoakOrder>,
  { charges, transfers, ledger, refunds }: Books,
  wanted: readonly Refunded[],
) {
  const { id, amount_total: total, product_total: products, delivery_amount: delivery, account } = order;
  const [charge, ...others] = charges.filter(({ transfer_group }) => transfer_group === id);
  if (!charge || others.length > 0) return `${id} was paid ${others.length + (charge ? 1 : 0)} times`;
  if (charge.amount_captured !== total) return `${id} is ${total}, and ${charge.amount_captured} was paid`;
  const fee = ledger.find(({ source }) => source === charge.id)?.fee ?? Number.NaN;
  const share = Math.max(0, products - fee);
  const target = story.leaves({ total, products, share, delivery });
  const refunded = amountsOf(refunds, charge.id);
  const asked = amountsOf(wanted, charge.id);
  if (!isDeepStrictEqual(refunded, asked)) return `${id} was refunded ${refunded}, and should be ${asked}`;
  const sent = transfers.filter(({ transfer_group }) => transfer_group === id);
  const moved = [...sent, ...sent.flatMap(({ reversals }) => reversals.data)];
  const keys = moved.flatMap(({ metadata }) => metadata?.money ?? []);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice) return `${id}: ${twice} was moved twice`;
  if (sent.some(({ destination }) => destination !== account)) return `${id} was sent to somebody else`;
  const holds = sum(sent, (each) => each.amount - each.amount_reversed);
  if (holds !== target) return `${id}: the Vendor holds ${holds}, and should hold ${target}`;
  const isPlain = story.turns.length === 0;
  const sentOnce = sent.length === (share > 0 ? 1 : 0) && sent.every((each) => each.amount_reversed === 0);
  return isPlain && !sentOnce ? `${id} was sent ${sent.length} times, or taken back` : undefined;
}

const amountsOf = (refunds: readonly { charge: unknown; amount: number }[], charge: string): number[] =>
  refunds
    .filter((refund) => refund.charge === charge)
    .map(({ amount }) => amount)
    .sort((one, other) => one - other);

const NOTHING_FOUND = {
  put_in: 0,
  accounts: [0, 0],
  sessions: [0, 0, [], []],
  money: [0, [], [], [], []],
};

/** A member presses `Ask Stripe now` until all is read. */
async function assertNothingToRecover({ space, at, manage }: Seller): Promise<void> {
  for (;;) {
    const answer = await ask(`${at}/recoveries`, manage, {}, ["recovery_under_way"]);
    const { events, accounts, sessions, money, ...recovery } = v.parse(RecoveryJson, answer);
    const trouble = [events, accounts, sessions, money].find((part) => part?.trouble)?.trouble;
    if (trouble) throw new UserError(`Recovering ${space} is in trouble: ${trouble.code}`);
    const found = {
      put_in: events?.put_in,
      accounts: accounts && [accounts.changed, accounts.disconnected],
      sessions: sessions && [
        sessions.brought_on,
        sessions.restored,
        sessions.paid_without_order,
        sessions.without_session,
      ],
      money: money?.found && [
        money.found.put_in,
        money.found.unknown,
        money.found.unclaimed,
        money.found.off,
        money.found.differences,
      ],
    };
    const isWhole =
      Date.parse(recovery.complete_until ?? "") > Date.parse(recovery.at ?? "") - JUST_NOW_MS &&
      money?.found &&
      !money.is_under_way;
    // What a press did not come to is null.
    const sought = isWhole ? NOTHING_FOUND : withoutNull(NOTHING_FOUND, found);
    assertSame(`what recover finds in ${space}`, isWhole ? found : withoutNull(found, found), sought);
    if (isWhole) return;
  }
}

const withoutNull = (all: object, by: Record<string, unknown>): object =>
  Object.fromEntries(Object.entries(all).filter(([name]) => by[name] !== null && by[name] !== undefined));

/** What fails is replayed by its cause; what a request has no time for goes on by itself, while time passes. */
async function replayAll({ at, manage }: Seller): Promise<void> {
  const { data, as_of } = v.parse(FailuresJson, await ask(`${at}/failures`, manage));
  for (const { cause, count } of data) {
    const { total } = v.parse(ReplayJson, await ask(`${at}/replays`, manage, { cause, as_of }));
    assertSame(`what is replayed by ${cause}`, total, count);
  }
}

async function allOf<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const inTurn = limitConcurrency(AT_ONCE);
  return await Promise.all(items.map((item) => inTurn(() => work(item))));
}

function assertNone<Item>(
  what: string,
  items: readonly Item[],
  troubleWith: (item: Item) => string | undefined,
): void {
  const troubles = items.flatMap((item) => troubleWith(item) ?? []);
  for (const trouble of troubles.slice(0, TOLD)) say(trouble);
  if (troubles.length > 0) throw new UserError(`${what}: ${troubles.length} of ${items.length} are wrong.`);
  say(`${what}: all ${items.length} are as they should be.`);
}

function assertSame(what: string, is: unknown, should: unknown): void {
  if (!isDeepStrictEqual(is, should))
    throw new UserError(`${what}: ${JSON.stringify(is)}, and should be ${JSON.stringify(should)}.`);
}

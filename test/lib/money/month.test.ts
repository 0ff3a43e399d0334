import { expect, it } from "vitest";
import { findOrder } from "../../../lib/orders/find_order.ts";
import type { Order } from "../../../lib/orders/order.ts";
import { newMarketplace } from "../../../local/demo_seed.ts";
import { aMonth, type Basket, everyOne, type Numbers, numbersFrom } from "../../support/month.ts";
import { ownTables } from "../../support/own_tables.ts";
import { control, turn } from "../../support/simulator.ts";
import { aSpace } from "../../support/spaces.ts";

/** A few in `npm test`; by `npm run test:month` as many as a busy Space has. */
const ORDERS = Number(process.env.MONTH_ORDERS ?? 40);
const SEED = Number(process.env.MONTH_SEED ?? Math.floor(Math.random() * 2 ** 31));
const DAYS = 30;
/** Until what was paid last is available. */
const QUIET_DAYS = 3;

/** Of four Vendors, whose money is paid out as soon as it comes, and who is restricted for some days. */
const PAID_OUT = 1;
const NEVER_AT_HAND = 2;
const RESTRICTED = 3;

/** What there is of a sale: all of it, the products, and the share of the whole, in cents. */
type Sale = { total: number; products: number; share: number; delivery: number };
type Month = Awaited<ReturnType<typeof aMonth>>;
type At = { month: Month; charge: string; sale: Omit<Sale, "share"> };

/**
 * What happens to some of the Orders, each turn on a later day than the one before, and what the Vendor has in the end. Not
 * by the formulas of lib/money, but as somebody would reckon it by hand.
 */
type Story = {
  turns: ((at: At) => Promise<unknown>)[];
  /** Whose Order it is; anybody's, if it is all the same. */
  vendor?: number;
  leaves: (sale: Sale) => number;
};

const part = (share: number, of: number, all: number): number => share - Math.floor((share * of) / all);
const third = (amount: number): number => Math.ceil(amount / 3);

const refund =
  (amountOf: (sale: At["sale"]) => number, productsOf?: (sale: At["sale"]) => number) =>
  async ({ month, charge, sale }: At) =>
    await month.stripe.refunds.create({
      charge,
      amount: amountOf(sale),
      ...(productsOf && { metadata: { product_amount: String(productsOf(sale)) } }),
    });

const refundFails = async ({ month, charge }: At) => {
  const { data } = await month.stripe.refunds.list({ charge });
  await control(space, `refunds/${data[0]?.id}`, { do: "fail" });
};

const dispute =
  (wanted: object = {}) =>
  async ({ charge }: At) =>
    await control(space, `charges/${charge}/dispute`, wanted);

const bank =
  (what: "win" | "lose" | "return" | "close", amountOf?: (sale: At["sale"]) => number) =>
  async ({ month, charge, sale }: At) => {
    const { data } = await month.stripe.disputes.list({ charge });
    await control(space, `disputes/${data[0]?.id}`, {
      do: what,
      ...(amountOf && { amount: amountOf(sale) }),
    });
  };

const REFUNDED: Record<string, Story> = {
  whole: { turns: [refund(({ total }) => total)], leaves: () => 0 },
  part: {
    turns: [refund(({ total }) => third(total))],
    leaves: ({ share, total }) => part(share, third(total), total),
  },
  "two parts": {
    turns: [refund(({ total }) => third(total)), refund(({ total }) => third(total))],
    leaves: ({ share, total }) => part(share, 2 * third(total), total),
  },
  "two parts, when nothing is at hand": {
    vendor: NEVER_AT_HAND,
    turns: [refund(({ total }) => third(total)), refund(({ total }) => third(total))],
    leaves: ({ share, total }) => part(share, 2 * third(total), total),
  },
  "some products": {
    turns: [
      refund(
        ({ products }) => third(products),
        ({ products }) => third(products),
      ),
    ],
    leaves: ({ share, products }) => part(share, third(products), products),
  },
  "the delivery": {
    turns: [
      refund(
        ({ delivery }) => delivery,
        () => 0,
      ),
    ],
    leaves: ({ share }) => share,
  },
  "and the refund fails": {
    turns: [refund(({ total }) => third(total)), refundFails],
    leaves: ({ share }) => share,
  },
};

const DISPUTED: Record<string, Story> = {
  won: { turns: [dispute(), bank("win")], leaves: ({ share }) => share },
  lost: { turns: [dispute(), bank("lose")], leaves: () => 0 },
  "lost, and a part returned": {
    turns: [dispute(), bank("lose"), bank("return", ({ total }) => third(total))],
    leaves: ({ share, total }) => part(share, total - third(total), total),
  },
  "only asked about": {
    turns: [dispute({ inquiry: true }), bank("close")],
    leaves: ({ share }) => share,
  },
};

const PLAIN: Story = { turns: [], leaves: ({ share }) => share };

/** 5 % are refunded and 1 % disputed; each kind at least once, however few there are. */
function stories(): Story[] {
  const some = (kinds: Record<string, Story>, share: number): Story[] => {
    const all = Object.values(kinds);
    const count = Math.max(all.length, Math.round(ORDERS * share));
    return Array.from({ length: count }, (_, n) => all[n % all.length] ?? PLAIN);
  };
  const special = [...some(REFUNDED, 0.05), ...some(DISPUTED, 0.01)];
  return Array.from({ length: ORDERS }, (_, n) => special[n] ?? PLAIN);
}

const aBasket = (numbers: Numbers): Basket => ({
  unit_amount: numbers.upTo(150, 4_000),
  quantity: numbers.upTo(1, 3),
  delivery: numbers.upTo(200, 900),
  tax: numbers.upTo(0, 300),
});

await ownTables();
const space = await aSpace({ others: [newMarketplace("Third", true), newMarketplace("Fourth", true)] });
const VENDORS = space.marketplaces;
const accountOf = (vendor: number): string => VENDORS[vendor]?.stripe_account ?? "";
const hasAtHand = async (vendor: number, available: number): Promise<unknown> =>
  await control(space, `accounts/${accountOf(vendor)}/balance`, { available, currency: "usd" });

/** What else there is in this month: money that is paid out before it can be taken back, and an account Stripe restricts. */
async function troubles(day: number): Promise<void> {
  if (day >= 5 && day < 20) await hasAtHand(PAID_OUT, 0);
  // They put money in: of a few Orders, what is sold later need not be as much as what they owe.
  if (day === 20) await hasAtHand(PAID_OUT, 500_000);
  await hasAtHand(NEVER_AT_HAND, 0);
  if (day === 10) await turn(space, accountOf(RESTRICTED), "restrict");
  if (day === 15) await turn(space, accountOf(RESTRICTED), "complete");
}

const sum = <Item>(all: readonly Item[], of: (item: Item) => number): number =>
  all.reduce((total, item) => total + of(item), 0);

it(`comes out even after a month of ${ORDERS} Orders (MONTH_SEED=${SEED})`, {
  timeout: 7_200_000,
}, async () => {
  const numbers = numbersFrom(SEED);
  const month = await aMonth(space, numbers);
  await control(space, `accounts/${space.stripeAccount}/balance`, { available: 500_000, currency: "usd" });
  const days: (() => Promise<unknown>)[][] = [];
  const on = (day: number, happens: () => Promise<unknown>): void => {
    days[day] ??= [];
    days[day]?.push(happens);
  };
  const sold: { order: Order; story: Story; basket: Basket }[] = [];
  for (const story of stories()) {
    const basket = aBasket(numbers);
    let day = numbers.upTo(0, DAYS - 1);
    const seller = VENDORS[story.vendor ?? numbers.upTo(0, VENDORS.length - 1)] ?? space.first;
    const gaps = story.turns.map(() => numbers.upTo(1, 8));
    on(day, async () => {
      const order = await month.sell(seller, basket);
      sold.push({ order, story, basket });
      for (const [turnOf, happens] of story.turns.entries()) {
        day += gaps[turnOf] ?? 1;
        on(day, async () => {
          const { amount_total: total, product_total: products, delivery_amount: delivery } = order;
          await happens({ month, charge: await month.chargeOf(order), sale: { total, products, delivery } });
        });
      }
    });
  }

  for (let day = 0; day < Math.max(days.length, DAYS) + QUIET_DAYS; day++) {
    await month.dawn();
    await troubles(day);
    await month.happen(days[day] ?? []);
    await month.handleAll();
  }

  const [ledger, transfers] = await Promise.all([
    month.ledger(),
    everyOne(month.stripe.transfers.list({ limit: 100 })),
  ]);
  const feeOf = new Map(ledger.map(({ source, fee }) => [source, fee]));
  const orders = await Promise.all(
    sold.map(async ({ order, story }) => ({ story, order: await findOrder(order.marketplace, order.id) })),
  );
  for (const { story, order } of orders) {
    const { charge = "", amount_total: total = 0, product_total: products = 0, money, split } = order ?? {};
    const share = Math.max(0, products - (feeOf.get(charge) ?? Number.NaN));
    const target = story.leaves({ total, products, share, delivery: order?.delivery_amount ?? 0 });
    expect(money, order?.id).toMatchObject({ share, target });
    const { net = 0, owed = 0 } = money ?? {};
    expect({ owed, target: net - owed }, order?.id).toEqual({ owed: Math.max(0, net - target), target });
    if (owed > 0) expect(split, order?.id).toMatchObject({ status: "on_hold", reason: "vendor_balance" });
    else expect(["done", "nothing_due"], `${order?.id} ${split?.reason}`).toContain(split?.status);
  }
  // Who is never paid back holds what they owe, and nobody else is held up.
  const held = orders.filter(({ order }) => order?.split?.status === "on_hold");
  expect(held.length).toBeGreaterThan(0);
  expect(new Set(held.map(({ order }) => order?.vendor_account))).toEqual(
    new Set([accountOf(NEVER_AT_HAND)]),
  );

  const moneyOf = (vendor: number) =>
    orders.flatMap(({ order }) => (order?.vendor_account === accountOf(vendor) && order.money) || []);
  for (const [vendor, { name }] of VENDORS.entries()) {
    const ours = moneyOf(vendor);
    const theirs = transfers.filter(({ destination }) => destination === accountOf(vendor));
    const reckoned = {
      sent: sum(ours, ({ sent }) => sent),
      reversed: sum(ours, ({ reversed }) => reversed),
      balance: sum(ours, ({ net }) => net),
    };
    expect(reckoned, name).toEqual({
      sent: sum(theirs, ({ amount }) => amount),
      reversed: sum(theirs, ({ amount_reversed }) => amount_reversed),
      balance: sum(await month.ledger(accountOf(vendor)), ({ net }) => net),
    });
  }
  // What the Distributor keeps is what came in, less all that went out.
  const all = orders.flatMap(({ order }) => order?.money ?? []);
  expect(
    sum(
      all,
      ({ gross, fee, refunded, disputed, dispute_fees, net }) =>
        gross - fee - refunded - disputed - dispute_fees - net,
    ),
  ).toBe(sum(ledger, ({ net }) => net));
});

import type Stripe from "stripe";
import * as v from "valibot";
import type { Numbers } from "./numbers.ts";

/** Of four Vendors, whose money is paid out as soon as it comes, and who is restricted for some days. */
export const PAID_OUT = 1;
export const NEVER_AT_HAND = 2;
export const RESTRICTED = 3;
export const VENDORS = 4;

/** What somebody buys, in cents. */
export type Basket = { unit_amount: number; quantity: number; delivery: number; tax: number };

/** As a shop asks for its checkout. */
export const checkoutOf = ({ unit_amount, quantity, delivery, tax }: Basket) => ({
  line_items: [{ name: "Sourdough bread", unit_amount, quantity }],
  delivery_amount: delivery,
  tax_amount: tax,
  currency: "usd",
  success_url: "https://shop.example/thanks",
  cancel_url: "https://shop.example/cart",
});

/** What an Order of it comes to. */
export const totalsOf = ({ unit_amount, quantity, delivery, tax }: Basket) => {
  const product_total = unit_amount * quantity;
  return { amount_total: product_total + delivery + tax, product_total, delivery_amount: delivery };
};

/** However long a list of Stripe's is. */
export async function everyOne<Item>(list: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of list) all.push(item);
  return all;
}

/** What there is of a sale: all of it, the products, and the share of the whole, in cents. */
type Sale = { total: number; products: number; share: number; delivery: number };

/** What people and banks have at hand, and the charge that it is about. */
export type At = {
  stripe: Stripe;
  /** The simulator's own controls, as the account of the Space. */
  control: (path: string, body: object) => Promise<unknown>;
  refund: (amount: number, product_amount?: number) => Promise<unknown>;
  charge: string;
  sale: Omit<Sale, "share">;
};

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
  async ({ refund: make, sale }: At) =>
    await make(amountOf(sale), productsOf?.(sale));

const refundFails = async ({ stripe, control, charge }: At) => {
  const { data } = await stripe.refunds.list({ charge });
  await control(`refunds/${data[0]?.id}`, { do: "fail" });
};

const dispute =
  (wanted: object = {}) =>
  async ({ control, charge }: At) =>
    await control(`charges/${charge}/dispute`, wanted);

const bank =
  (what: "win" | "lose" | "return" | "close", amountOf?: (sale: At["sale"]) => number) =>
  async ({ stripe, control, charge, sale }: At) => {
    const { data } = await stripe.disputes.list({ charge });
    await control(`disputes/${data[0]?.id}`, { do: what, ...(amountOf && { amount: amountOf(sale) }) });
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
function storiesOf(orders: number): Story[] {
  const some = (kinds: Record<string, Story>, share: number): Story[] => {
    const all = Object.values(kinds);
    const count = Math.max(all.length, Math.round(orders * share));
    return Array.from({ length: count }, (_, n) => all[n % all.length] ?? PLAIN);
  };
  const special = [...some(REFUNDED, 0.05), ...some(DISPUTED, 0.01)];
  return Array.from({ length: orders }, (_, n) => special[n] ?? PLAIN);
}

const aBasket = (numbers: Numbers): Basket => ({
  unit_amount: numbers.upTo(150, 4_000),
  quantity: numbers.upTo(1, 3),
  delivery: numbers.upTo(200, 900),
  tax: numbers.upTo(0, 300),
});

/** Days on which something happens, from 0. */
export const DAYS = 30;
/** Until what was paid last is available. */
const QUIET_DAYS = 3;

/** An Order that was placed, as far as what happens to it goes by that. */
export type Placed = { id: string; amount_total: number; product_total: number; delivery_amount: number };

export type Sold<Order extends Placed> = { order: Order; story: Story };

/**
 * What happens on each day, and what was sold so far. Who sells and what they sell is the seed's; each later turn of a story
 * is put on its day when the Order is placed.
 */
export function aCalendar<Order extends Placed>(
  orders: number,
  numbers: Numbers,
  {
    sell,
    at,
  }: {
    sell: (vendor: number, basket: Basket) => Promise<Order>;
    at: (order: Order) => Promise<Omit<At, "sale">>;
  },
) {
  const days: (() => Promise<unknown>)[][] = [];
  const sold: Sold<Order>[] = [];
  const on = (day: number, happens: () => Promise<unknown>): void => {
    days[day] ??= [];
    days[day]?.push(happens);
  };
  for (const story of storiesOf(orders)) {
    const basket = aBasket(numbers);
    let day = numbers.upTo(0, DAYS - 1);
    const vendor = story.vendor ?? numbers.upTo(0, VENDORS - 1);
    const gaps = story.turns.map(() => numbers.upTo(1, 8));
    on(day, async () => {
      const order = await sell(vendor, basket);
      sold.push({ order, story });
      for (const [turn, happens] of story.turns.entries()) {
        day += gaps[turn] ?? 1;
        on(day, async () => {
          const { amount_total: total, product_total: products, delivery_amount: delivery } = order;
          await happens({ ...(await at(order)), sale: { total, products, delivery } });
        });
      }
    });
  }
  return {
    sold: sold as readonly Sold<Order>[],
    on: (day: number) => days[day] ?? [],
    /** Stories may take a few days more than the month has. */
    length: () => Math.max(days.length, DAYS) + QUIET_DAYS,
  };
}

/** What else there is in this month: money that is paid out before it can be taken back, and an account Stripe restricts. */
export async function troubles(
  day: number,
  accounts: readonly string[],
  control: At["control"],
): Promise<void> {
  const hasAtHand = (vendor: number, available: number): Promise<unknown> =>
    control(`accounts/${accounts[vendor]}/balance`, { available, currency: "usd" });
  const turn = (what: "restrict" | "complete"): Promise<unknown> =>
    control(`accounts/${accounts[RESTRICTED]}/onboarding`, { do: what });
  if (day >= 5 && day < 20) await hasAtHand(PAID_OUT, 0);
  // They put money in: of a few Orders, what is sold later need not be as much as what they owe.
  if (day === 20) await hasAtHand(PAID_OUT, 500_000);
  await hasAtHand(NEVER_AT_HAND, 0);
  if (day === 10) await turn("restrict");
  if (day === 15) await turn("complete");
}

const Amount = v.pipe(v.number(), v.integer());
/** How an Order stands, as its JSON says. */
export type Ended = v.InferOutput<typeof Ended>;
export const Ended = v.object({
  id: v.string(),
  status: v.string(),
  amount_total: Amount,
  product_total: Amount,
  delivery_amount: Amount,
  charge: v.nullable(v.string()),
  vendor_account: v.nullable(v.string()),
  money: v.nullable(
    v.object({
      gross: Amount,
      fee: Amount,
      share: Amount,
      refunded: Amount,
      disputed: Amount,
      dispute_fees: Amount,
      target: Amount,
      sent: Amount,
      reversed: Amount,
      net: Amount,
      owed: Amount,
    }),
  ),
  split: v.object({ status: v.string(), reason: v.nullable(v.string()), detail: v.string() }),
  proof: v.nullable(v.object({ state: v.string(), detail: v.nullable(v.string()) })),
});

/**
 * What is wrong with how an Order ended, in words; undefined where the Vendor holds what the story leaves them, or the Order
 * says how much they owe.
 * @param fee what Stripe's ledger has for its charge
 */
export function troubleWith(
  { story }: Pick<Sold<Placed>, "story">,
  order: Ended,
  fee: number,
): string | undefined {
  const { amount_total: total, product_total: products, delivery_amount: delivery, money, split } = order;
  const share = Math.max(0, products - fee);
  const target = story.leaves({ total, products, share, delivery });
  const stands = `it is ${order.status} and ${split.status} ${split.reason ?? ""}: ${split.detail}`;
  if (!money) return `nothing was reckoned; ${stands}`;
  if (money.share !== share) return `the share should be ${share}, and is ${money.share}; ${stands}`;
  if (money.target !== target) return `the Vendor should hold ${target}, not ${money.target}; ${stands}`;
  if (money.net < target) return `the Vendor should hold ${target}, and holds ${money.net}; ${stands}`;
  if (money.owed !== money.net - target)
    return `the Vendor owes ${money.net - target}, not ${money.owed}; ${stands}`;
  const isExplained =
    money.owed > 0
      ? split.status === "on_hold" && split.reason === "vendor_balance"
      : split.status === "done" || split.status === "nothing_due";
  return isExplained ? undefined : stands;
}

export const sum = <Item>(all: readonly Item[], of: (item: Item) => number): number =>
  all.reduce((total, item) => total + of(item), 0);

/** What of a ledger is not what people put in or take out of an account. */
export const ofOrders = (ledger: readonly Stripe.BalanceTransaction[]): Stripe.BalanceTransaction[] =>
  ledger.filter(({ type }) => type !== "payout" && type !== "topup");

/** What a Vendor was sent, gave back and holds: by our Orders, and by Stripe. They are to be the same. */
export function sumsOfVendor(
  account: string,
  orders: readonly Ended[],
  transfers: readonly Stripe.Transfer[],
  ledger: readonly Stripe.BalanceTransaction[],
) {
  const ours = orders.flatMap(({ vendor_account, money }) => (vendor_account === account && money) || []);
  const theirs = transfers.filter(({ destination }) => destination === account);
  return {
    orders: {
      sent: sum(ours, ({ sent }) => sent),
      reversed: sum(ours, ({ reversed }) => reversed),
      balance: sum(ours, ({ net }) => net),
    },
    stripe: {
      sent: sum(theirs, ({ amount }) => amount),
      reversed: sum(theirs, ({ amount_reversed }) => amount_reversed),
      balance: sum(ofOrders(ledger), ({ net }) => net),
    },
  };
}

/** What the Distributor keeps is what came in, less all that went out: by our Orders, and by Stripe. */
export const sumsOfDistributor = (
  orders: readonly Ended[],
  ledger: readonly Stripe.BalanceTransaction[],
) => ({
  orders: sum(
    orders.flatMap(({ money }) => money ?? []),
    ({ gross, fee, refunded, disputed, dispute_fees, net }) =>
      gross - fee - refunded - disputed - dispute_fees - net,
  ),
  stripe: sum(ofOrders(ledger), ({ net }) => net),
});

/**
 * `npm run test:month`: a month of a busy Space, through the running service. It starts the product on ports and a folder of
 * its own, and does what people, shops and banks do, by HTTP: checkouts with an API key, payments, refunds here and at
 * Stripe, disputes, an account that is restricted. 30 days go by on the simulator's clock. Then each Order has to be done or
 * say why not, and all sums have to be Stripe's, to the cent.
 *
 * `MONTH_ORDERS` how many (10,000); `MONTH_SEED` the seed of another run, for the same stories.
 */
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import Stripe from "stripe";
import * as v from "valibot";
import { runCommand } from "../../cli/run_command.ts";
import { UserError } from "../../cli/user_error.ts";
import { limitConcurrency } from "../../lib/async/limit_concurrency.ts";
import { createDemoSeed, newMarketplace, newPerson, newSpace, writeDemoSeed } from "../../local/demo_seed.ts";
import { dataFolder, findEmulator } from "../../local/dynamodb.ts";
import { signInByHttp } from "../support/http_session.ts";
import {
  aCalendar,
  type Basket,
  checkoutOf,
  Ended,
  everyOne,
  NEVER_AT_HAND,
  type Placed,
  type Sold,
  sumsOfDistributor,
  sumsOfVendor,
  totalsOf,
  troubles,
  troubleWith,
} from "../support/month_stories.ts";
import { numbersFrom } from "../support/numbers.ts";
import { aPlace, readyProduct, startProduct } from "../support/product.ts";
import { say } from "../support/say.ts";
import { assertBooks, type Books } from "./books.ts";
import { ask, assertSame, POLL_MS } from "./http.ts";

const ORDERS = Number(process.env.MONTH_ORDERS ?? 10_000);
const SEED = Number(process.env.MONTH_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** What people do at once, and what is asked for at once. */
const AT_ONCE = 8;
const DAY_S = 24 * 60 * 60;
/** A sale takes a tenth of a second of two quiet cores. Ten times that, and the minutes that retries and schedules take. */
const MAX_MS = ORDERS * 1_000 + 20 * 60_000;
/** After the last day: until every clock of a minute has come by, and what failed has been tried again. */
const PATIENCE_MS = 10 * 60_000;

const Checkout = v.object({ order: v.string(), url: v.string() });

type Address = { baseUrl: string; simulatorUrl: string };
type Seller = ReturnType<typeof newSpace>;
type ShopOrder = Placed & { path: string };

async function live(
  { baseUrl, simulatorUrl }: Address,
  { space, stripeSecretKey, sellKey, stripeAccount, marketplaces }: Seller,
  member: Parameters<typeof signInByHttp>[1],
): Promise<Books> {
  const numbers = numbersFrom(SEED);
  const accounts = marketplaces.map(({ stripe_account }) => stripe_account ?? "");
  const stripe = new Stripe(stripeSecretKey, {
    host: new URL(simulatorUrl).hostname,
    port: new URL(simulatorUrl).port,
    protocol: "http",
  });
  const session = await signInByHttp(baseUrl, member);
  const shop = { authorization: `Bearer ${sellKey}` };
  const control = (path: string, body: object): Promise<unknown> =>
    ask(`${simulatorUrl}/simulator/${path}`, { authorization: `Bearer ${stripeSecretKey}` }, body);

  /** Somebody buys, and pays. */
  async function sell(vendor: number, basket: Basket): Promise<ShopOrder> {
    const { room, marketplace } = marketplaces[vendor] ?? {};
    const at = `${baseUrl}/spaces/${space}/rooms/${room}/marketplaces/${marketplace}`;
    const headers = { ...shop, "idempotency-key": randomUUID() };
    const { order: id, url } = v.parse(Checkout, await ask(`${at}/checkouts`, headers, checkoutOf(basket)));
    const paid = await fetch(url, {
      method: "POST",
      body: new URLSearchParams({ action: "pay" }),
      redirect: "manual",
    });
    if (paid.status !== 303) throw new Error(`${url} was answered ${paid.status}`);
    return { id, path: `${at}/orders/${id}`, ...totalsOf(basket) };
  }

  const orderNow = async ({ path }: ShopOrder): Promise<Ended> => v.parse(Ended, await ask(path, shop));

  /** Of what is refunded, one half is by a member of the Space, and the other at Stripe. */
  let refunds = 0;
  async function refund(path: string, charge: string, amount: number, product_amount?: number) {
    refunds += 1;
    const parts = product_amount === undefined ? {} : { product_amount };
    if (refunds % 2 === 0)
      return await stripe.refunds.create({
        charge,
        amount,
        metadata: Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, String(value)])),
      });
    const key = { "idempotency-key": randomUUID() };
    return await ask(`${path}/refunds`, { ...session, ...key }, { amount, ...parts }, "being_settled");
  }

  await control("clock", { advance_s: secondsToNextMonth() });
  await control(`accounts/${stripeAccount}/balance`, { available: 500_000, currency: "usd" });
  const calendar = aCalendar(ORDERS, numbers, {
    sell,
    at: async (order) => {
      const charge = (await orderNow(order)).charge ?? "";
      return {
        stripe,
        control,
        charge,
        refund: (amount, product_amount) => refund(order.path, charge, amount, product_amount),
      };
    },
  });

  say("The product is up.");
  const firstSale = performance.now();
  for (let day = 0, sold = 0; day < calendar.length(); day++) {
    await control("clock", { advance_s: DAY_S });
    await troubles(day, accounts, control);
    if (day % 3 === 0) await control("payouts", { amount: 1_000 + day, currency: "usd" });
    const begins = performance.now();
    await atOnce(calendar.on(day), (happens) => happens());
    // So that no day's work is left to the next: what is sold faster than it is settled would only wait in line.
    const ofToday = calendar.sold.slice(sold);
    await untilAll(ofToday, async ({ order }) => isSettled(await orderNow(order)));
    sold = calendar.sold.length;
    const s = (performance.now() - begins) / 1_000;
    if (ofToday.length > 0)
      say(`Day ${day + 1}: ${ofToday.length} Orders, ${(ofToday.length / s).toFixed(1)}/s; ${sold} so far.`);
  }
  const s = (performance.now() - firstSale) / 1_000;

  say("The days are over. Each Order has to be done, or say why not.");
  const ledger = await everyOne(stripe.balanceTransactions.list({ limit: 100 }));
  const feeOf = new Map(ledger.map(({ source, fee }) => [source, fee]));
  const ended = new Map<string, Ended>();
  const troubleOf = async ({ order, story }: Sold<ShopOrder>): Promise<string | undefined> => {
    const now = await orderNow(order);
    ended.set(order.id, now);
    if ((now.money?.owed ?? 0) > 0 && now.vendor_account !== accounts[NEVER_AT_HAND])
      return `${now.vendor_account} owes ${now.money?.owed}, and has it at hand; ${now.split.detail}`;
    if (now.proof?.state !== "ok") return `it is not proved: ${now.proof?.detail ?? "not yet"}`;
    return troubleWith({ story }, now, feeOf.get(now.charge) ?? Number.NaN);
  };
  const until = performance.now() + PATIENCE_MS;
  const left = await untilAll(calendar.sold, async (each) => !(await troubleOf(each)), until);
  for (const each of left) say(`Order ${each.order.id}: ${await troubleOf(each)}`);
  if (left.length > 0) throw new UserError(`${left.length} of ${ORDERS} Orders are not as they should be.`);

  const orders = [...ended.values()];
  const books = await assertSums(stripe, orders, accounts);
  const held = orders.filter(({ split }) => split.status === "on_hold");
  say(
    `All ${orders.length} Orders are as they should be; ${held.length} say what a Vendor owes who has nothing at hand.`,
  );
  say(`${(ORDERS / s).toFixed(1)} Orders a second, with all that happened to them and all checks beside.`);
  return books;

  async function assertSums(
    stripe: Stripe,
    orders: readonly Ended[],
    accounts: readonly string[],
  ): Promise<Books> {
    const [transfers, distributor] = await Promise.all([
      everyOne(stripe.transfers.list({ limit: 100 })),
      everyOne(stripe.balanceTransactions.list({ limit: 100 })),
    ]);
    if (!orders.some(({ money }) => (money?.owed ?? 0) > 0))
      throw new UserError("Nobody owes, and somebody should.");
    for (const [vendor, account] of accounts.entries()) {
      const theirs = { stripeAccount: account };
      const vendorLedger = await everyOne(stripe.balanceTransactions.list({ limit: 100 }, theirs));
      const sums = sumsOfVendor(account, orders, transfers, vendorLedger);
      assertSame(`${marketplaces[vendor]?.name}`, sums.orders, sums.stripe);
      assertSame(`${marketplaces[vendor]?.name}'s balance`, total(vendorLedger), await balanceOf(theirs));
    }
    const sums = sumsOfDistributor(orders, distributor);
    assertSame("Distributor", sums.orders, sums.stripe);
    assertSame("Distributor's balance", total(distributor), await balanceOf({}));
    return { ledger: distributor, transfers };
  }

  async function balanceOf(of: Stripe.RequestOptions): Promise<number> {
    const { available, pending } = await stripe.balance.retrieve({}, of);
    return [...available, ...pending].reduce((sum, { amount }) => sum + amount, 0);
  }
}

/** So that the days to come are of one month, as far as it has them. */
function secondsToNextMonth(): number {
  const now = new Date();
  return Math.ceil((Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1) - now.getTime()) / 1_000);
}

const isSettled = ({ split }: Ended): boolean => !["none", "waiting", "under_way"].includes(split.status);

async function atOnce<Item>(all: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  const inTurn = limitConcurrency(AT_ONCE);
  await Promise.all(all.map((each) => inTurn(() => work(each))));
}

/**
 * Asks some at a time, each until it is so, and only then the next: who asked for all of them each second would keep the service
 * busy with the answers. @returns of which it is not so when `until` has come
 */
async function untilAll<Item>(
  all: readonly Item[],
  isSo: (item: Item) => Promise<boolean>,
  until = Number.POSITIVE_INFINITY,
): Promise<Item[]> {
  const left: Item[] = [];
  await atOnce(all, async (each) => {
    while (!(await isSo(each))) {
      if (performance.now() > until) {
        left.push(each);
        return;
      }
      await wait(POLL_MS);
    }
  });
  return left;
}

const total = (ledger: readonly Stripe.BalanceTransaction[]): number =>
  ledger.reduce((sum, { net }) => sum + net, 0);

await runCommand(async () => {
  console.log(`A month of ${ORDERS} Orders. MONTH_SEED=${SEED}`);
  const seller = newSpace(
    "month",
    "A Month",
    ["First", "Second", "Third", "Fourth"].map((name) => newMarketplace(`${name} Vendor`, true)),
  );
  const mona = newPerson("mona", "member", seller.space);
  const place = await aPlace();
  const seedFile = join(dataFolder(place.localDir, "simulator", await findEmulator()), "seed.json");
  const seed = createDemoSeed(seedFile, undefined);
  writeDemoSeed(seedFile, { spaces: [...seed.spaces, seller], people: [...seed.people, mona] });
  const product = startProduct(place);
  const late = setTimeout(() => {
    console.error("It takes too long: this machine is too busy, or too slow.");
    product.kill().finally(() => process.exit(1));
  }, MAX_MS);
  try {
    const demo = await readyProduct(place, product);
    const books = await live({ ...demo, simulatorUrl: demo.simulatorUrl ?? "" }, seller, mona);
    await product.interrupt();
    await assertBooks(place, seller, mona, books);
    rmSync(place.localDir, { recursive: true });
  } catch (error) {
    console.error(`What it had and said is left in ${place.localDir}.`);
    throw error;
  } finally {
    clearTimeout(late);
    await product.interrupt();
  }
});

import type Stripe from "stripe";
import * as v from "valibot";
import { expect, it } from "vitest";
import { after, iso, now } from "../../../lib/clock.ts";
import { getOrder } from "../../../lib/orders/get_order.ts";
import { presentOrder } from "../../../lib/orders/present_order.ts";
import { recoverMoney } from "../../../lib/recovery/recover_money.ts";
import type { MoneyProof } from "../../../lib/spaces/recovery.ts";
import { monthsSince } from "../../../lib/statements/month.ts";
import { readMarketplaceMonth, readSpaceEntries } from "../../../lib/statements/read_month.ts";
import { distributorStatements, vendorStatements } from "../../../lib/statements/statement.ts";
import { newMarketplace } from "../../../local/demo_seed.ts";
import { aMonth } from "../../support/month.ts";
import {
  aCalendar,
  Ended,
  everyOne,
  NEVER_AT_HAND,
  sumsOfDistributor,
  sumsOfVendor,
  troubles,
  troubleWith,
} from "../../support/month_stories.ts";
import { numbersFrom } from "../../support/numbers.ts";
import { ownTables } from "../../support/own_tables.ts";
import { PATIENCE_MS } from "../../support/patience.ts";
import { aPass } from "../../support/recovery.ts";
import { control } from "../../support/simulator.ts";
import { aSpace } from "../../support/spaces.ts";

/** A few, with our own clock going on beside Stripe's; through the running service `npm run test:month` sells 10,000. */
const ORDERS = 40;
const SEED = Number(process.env.MONTH_SEED ?? Math.floor(Math.random() * 2 ** 31));

await ownTables();
const space = await aSpace({ others: [newMarketplace("Third", true), newMarketplace("Fourth", true)] });
const accounts = space.marketplaces.map(({ stripe_account }) => stripe_account ?? "");
const atSimulator = (path: string, body: object) => control(space, path, body);

it(`comes out even after a month of ${ORDERS} Orders (MONTH_SEED=${SEED})`, async () => {
  const numbers = numbersFrom(SEED);
  const began = iso(now());
  const month = await aMonth(space, numbers);
  const { stripe } = month;
  await atSimulator(`accounts/${space.stripeAccount}/balance`, { available: 500_000, currency: "usd" });
  const calendar = aCalendar(ORDERS, numbers, {
    sell: (vendor, basket) => month.sell(space.marketplaces[vendor] ?? space.first, basket),
    at: async (order) => {
      const charge = await month.chargeOf(order);
      return {
        stripe,
        control: atSimulator,
        charge,
        refund: (amount, product_amount) =>
          stripe.refunds.create({
            charge,
            amount,
            ...(product_amount !== undefined && { metadata: { product_amount: String(product_amount) } }),
          }),
      };
    },
  });

  for (let day = 0; day < calendar.length(); day++) {
    await month.dawn();
    await troubles(day, accounts, atSimulator);
    await month.happen(calendar.on(day));
    await month.handleAll();
    if (day % 3 === 0) await atSimulator("payouts", { amount: 1_000 + day, currency: "usd" });
  }

  const [ledger, transfers] = await Promise.all([
    month.ledger(),
    everyOne(stripe.transfers.list({ limit: 100 })),
  ]);
  const feeOf = new Map(ledger.map(({ source, fee }) => [source, fee]));
  const orders: Ended[] = [];
  for (const { order, story } of calendar.sold) {
    const presented = await presentOrder(await getOrder(order.marketplace, order.id));
    expect(presented.proof, order.id).toMatchObject({ state: "ok", difference: 0 });
    const ended = v.parse(Ended, presented);
    orders.push(ended);
    expect(troubleWith({ story }, ended, feeOf.get(ended.charge) ?? Number.NaN), order.id).toBeUndefined();
  }
  // Who is never paid back holds what they owe, and nobody else is held up.
  const held = orders.filter(({ split }) => split.status === "on_hold");
  expect(held.length).toBeGreaterThan(0);
  expect(new Set(held.map(({ vendor_account }) => vendor_account))).toEqual(
    new Set([accounts[NEVER_AT_HAND]]),
  );

  for (const account of accounts) {
    const sums = sumsOfVendor(account, orders, transfers, await month.ledger(account));
    expect(sums.orders).toEqual(sums.stripe);
  }
  const sums = sumsOfDistributor(orders, ledger);
  expect(sums.orders).toBe(sums.stripe);

  // All that is left is paid out; the bank sends one payout back, and it goes out again.
  const { id: refused } = await control<Stripe.Payout>(space, "payouts", { currency: "usd" });
  await atSimulator(`payouts/${refused}`, { do: "fail" });
  const last = await control<Stripe.Payout>(space, "payouts", { currency: "usd" });
  await month.dawn();

  // And no balance transaction of the account is nobody's, or another than in the ledger.
  const lastMonth = new Date(Date.UTC(now().getUTCFullYear(), now().getUTCMonth() - 1, 1));
  const proof: MoneyProof = { until: began, read_at: began, month: iso(lastMonth).slice(0, 7) };
  await recoverMoney(await aPass(space, { until: after(now(), PATIENCE_MS) }), proof);
  const nothing = { unclaimed: [], unknown: [], off: [], differences: [] };
  const payouts = await everyOne(stripe.payouts.list({ limit: 100 }));
  const moved = payouts.length + 1; // one came back
  expect(proof.found).toMatchObject({
    put_in: moved + 1,
    nobodys: { top_up: 1, payout: moved },
    ...nothing,
  });

  // The statements of all Vendors, and the Distributor's, come month by month to what Stripe says of the accounts.
  const months = monthsSince(began);
  const read = await Promise.all(
    space.marketplaces.map(async ({ marketplace }) => {
      const ofMonths = await Promise.all(months.map((each) => readMarketplaceMonth(marketplace, each)));
      return ofMonths.flatMap((each) => [each.orders]);
    }),
  );
  for (const [vendor, ofMonths] of read.entries()) {
    const statements = ofMonths.flatMap(vendorStatements);
    expect(new Set(statements.map(({ difference }) => difference))).toEqual(new Set([0]));
    const sent = transfers.filter(({ destination }) => destination === accounts[vendor]);
    expect(statements.reduce((all, { lines }) => all - lines.sent.amount - lines.taken_back.amount, 0)).toBe(
      sent.reduce((all, { amount, amount_reversed }) => all + amount - amount_reversed, 0),
    );
  }
  const others = await Promise.all(months.map((each) => readSpaceEntries(space.space, each)));
  const statements = distributorStatements(read.flat(2), others.flat());
  const { available, pending } = await stripe.balance.retrieve();
  const arrived = payouts.filter(({ status }) => status === "paid");
  expect(arrived.length).toBe(payouts.length - 1);
  expect(statements).toMatchObject([
    {
      difference: 0,
      others: { top_up: 500_000, payout: 0 - arrived.reduce((all, { amount }) => all + amount, 0) },
      balance_change: [...available, ...pending].reduce((all, { amount }) => all + amount, 0),
    },
  ]);
  // Each payout stands there by its id, twice where it came back; and the last is made of what Stripe says it is made of.
  expect(
    others
      .flat()
      .filter(({ line }) => line === "payout")
      .map(({ stripe }) => stripe)
      .sort(),
  ).toEqual([...payouts.map(({ id }) => id), refused].sort());
  const partsOfLast = await everyOne(stripe.balanceTransactions.list({ payout: last.id, limit: 100 }));
  expect(partsOfLast.map(({ type }) => type)).toContain("payout_failure");
  expect(partsOfLast.reduce((all, { net }) => all + net, 0)).toBe(0);
});

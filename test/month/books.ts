/**
 * The books of a Space when its months are over: the product is started with its clock in the month after, compares Stripe's
 * balance transactions with its ledger, and shows every statement, by HTTP.
 */
import { join } from "node:path";
import type Stripe from "stripe";
import * as v from "valibot";
import { UserError } from "../../cli/user_error.ts";
import type { newSpace } from "../../local/demo_seed.ts";
import { goingBy, setAhead } from "../support/clock.ts";
import { signInByHttp } from "../support/http_session.ts";
import { sum } from "../support/month_stories.ts";
import { type Place, readyProduct, startProduct } from "../support/product.ts";
import { say } from "../support/say.ts";
import { ask, assertSame } from "./http.ts";

const DAY_MS = 24 * 60 * 60_000;
/** By then a month is taken to be booked whole (lib/recovery/recover_money.ts). */
const CLOSED_ON = 4;

export type Books = {
  /** What Stripe has: the Distributor's balance transactions, and all transfers. */
  ledger: readonly Stripe.BalanceTransaction[];
  transfers: readonly Stripe.Transfer[];
};

type Seller = ReturnType<typeof newSpace>;

const Found = v.object({
  listed: v.number(),
  unknown: v.array(v.string()),
  unclaimed: v.array(v.string()),
  off: v.array(v.string()),
  differences: v.array(v.unknown()),
});
const Recovery = v.object({
  money: v.nullable(
    v.object({ month: v.nullable(v.string()), is_under_way: v.boolean(), found: v.nullable(Found) }),
  ),
});

const Sum = v.object({ amount: v.number() });
const VendorStatement = v.object({
  statements: v.array(v.object({ difference: v.number(), lines: v.object({ sent: Sum, taken_back: Sum }) })),
});
const SpaceStatement = v.object({
  statements: v.array(
    v.object({
      difference: v.number(),
      balance_change: v.number(),
      others: v.object({ payout: v.optional(v.number(), 0) }),
    }),
  ),
});

const monthOf = ({ created }: Stripe.BalanceTransaction): string =>
  new Date(created * 1000).toISOString().slice(0, 7);

/** @throws {UserError} where a record of Stripe's is not explained, or a statement does not come to what Stripe has */
export async function assertBooks(
  place: Place,
  seller: Seller,
  member: Parameters<typeof signInByHttp>[1],
  books: Books,
): Promise<void> {
  const months = [...new Set(books.ledger.map(monthOf))].sort();
  for (const month of months)
    await inTheMonthAfter(place, month, async (baseUrl) => {
      const session = await signInByHttp(baseUrl, member);
      const at = `${baseUrl}/spaces/${seller.space}`;
      await compareMonth(at, session, month);
      if (month === months.at(-1)) await assertStatements(at, session, seller, months, books);
    });
}

async function inTheMonthAfter(
  place: Place,
  month: string,
  work: (baseUrl: string) => Promise<void>,
): Promise<void> {
  const [year = 0, number = 0] = month.split("-").map(Number);
  const ahead = Date.UTC(year, number, CLOSED_ON) - Date.now();
  const clock = join(place.localDir, "clock");
  setAhead(clock, Math.ceil(ahead / DAY_MS) * DAY_MS);
  const product = startProduct({ ...place, env: { ...place.env, ...goingBy(clock) } });
  try {
    await work((await readyProduct(place, product)).baseUrl);
  } finally {
    await product.interrupt();
  }
}

type Headers = Record<string, string>;

/** A member presses `Ask Stripe now` until the whole month is compared. */
async function compareMonth(at: string, session: Headers, month: string): Promise<void> {
  for (;;) {
    const { money } = v.parse(Recovery, await ask(`${at}/recoveries`, session, {}, "recovery_under_way"));
    if (!money?.found || money.is_under_way || money.month !== month) continue;
    const { listed, ...wrong } = money.found;
    assertSame(`${month}, of ${listed} balance transactions what is not explained`, wrong, {
      unknown: [],
      unclaimed: [],
      off: [],
      differences: [],
    });
    return;
  }
}

async function assertStatements(
  at: string,
  session: Headers,
  { marketplaces }: Seller,
  months: readonly string[],
  { ledger, transfers }: Books,
): Promise<void> {
  const isEven = (statements: readonly { difference: number }[], whose: string): void => {
    for (const { difference } of statements)
      if (difference !== 0) throw new UserError(`${whose}'s statement has a difference of ${difference}.`);
  };
  for (const { room, marketplace, name, stripe_account } of marketplaces) {
    const ofMonths: unknown[] = [];
    for (const month of months)
      ofMonths.push(
        await ask(`${at}/rooms/${room}/marketplaces/${marketplace}/statements/${month}`, session),
      );
    const statements = ofMonths.flatMap((each) => v.parse(VendorStatement, each).statements);
    isEven(statements, name);
    const theirs = transfers.filter(({ destination }) => destination === stripe_account);
    assertSame(
      `${name}'s statements`,
      sum(statements, ({ lines }) => -lines.sent.amount - lines.taken_back.amount),
      sum(theirs, ({ amount, amount_reversed }) => amount - amount_reversed),
    );
  }
  const ofMonths: unknown[] = [];
  for (const month of months) ofMonths.push(await ask(`${at}/statements/${month}`, session));
  const statements = ofMonths.flatMap((each) => v.parse(SpaceStatement, each).statements);
  isEven(statements, "Distributor");
  assertSame(
    "Distributor's statements",
    sum(statements, ({ balance_change }) => balance_change),
    sum(ledger, ({ net }) => net),
  );
  assertSame(
    "Distributor's payouts",
    sum(statements, ({ others }) => others.payout),
    sum(
      ledger.filter(({ type }) => type === "payout"),
      ({ net }) => net,
    ),
  );
  say(`All statements of ${months.join(", ")} come out even.`);
}

import Stripe from "stripe";
import { pace } from "../async/pace.ts";
import { after, iso, now } from "../clock.ts";
import { withLock } from "../dynamodb/lock.ts";
import { StripeRequestFailed, stripeRequestFailed } from "../errors.ts";
import { log } from "../log.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import { noteUnsplitOrders } from "../orders/note_unsplit_orders.ts";
import { type Findings, findRecovery, type Recovery, saveRecovery } from "../spaces/recovery.ts";
import { loadPlatform, type Platform } from "../utilities/platform.ts";
import { troubleWithStripe } from "../utilities/stripe_errors.ts";
import type { Pass } from "./pass.ts";
import { recoverAccounts } from "./recover_accounts.ts";
import { recoverEvents } from "./recover_events.ts";
import { recoverMoney } from "./recover_money.ts";
import { recoverSessions } from "./recover_sessions.ts";

/** Requests a second, of the 100 and 25 that Stripe allows an account (Stripe docs, "Rate limits"). */
const A_SECOND = { live: 10, test: 3 };

/**
 * Compares what Stripe has of a Space's platform account with what is here, and puts in what is missing. Any number of times;
 * cut off anywhere, the next pass goes on from there.
 * @param until when it begins nothing more
 * @returns undefined where another pass is under way
 * @throws {NoApiToken}; what the tables throw. What Stripe refuses is in the findings.
 */
export async function recoverSpace(space: string, until: Date): Promise<Recovery | undefined> {
  return await withLock(space, "recovery", async () => {
    const platform = await loadPlatform(space);
    const recovery = await recoveryOf(space, platform);
    const found: Findings = { at: iso(now()) };
    const turn = pace(platform.livemode ? A_SECOND.live : A_SECOND.test);
    const passOf = (parts: number): Pass => ({
      space,
      platform,
      recovery,
      until: shareOf(until, parts),
      turn,
    });

    await noteOldOrders(recovery);
    found.events = { pages: 0, listed: 0, known: 0, put_in: 0 };
    let goesOn = await part(space, found.events, (events) => recoverEvents(passOf(4), events));
    if (goesOn) {
      found.accounts = { listed: 0, changed: 0, disconnected: 0 };
      goesOn = await part(space, found.accounts, (accounts) => recoverAccounts(passOf(3), accounts));
    }
    if (goesOn) {
      found.sessions = {
        listed: 0,
        orders: 0,
        brought_on: 0,
        restored: 0,
        paid_without_order: [],
        without_session: [],
      };
      goesOn = await part(space, found.sessions, (sessions) => recoverSessions(passOf(2), sessions));
    }
    if (goesOn) {
      recovery.money ??= {};
      await part(space, recovery.money, (money) => recoverMoney(passOf(1), money));
    }

    recovery.found = found;
    await saveRecovery(recovery);
    log.info("a Space was recovered", { space, put_in: found.events.put_in, listed: found.events.listed });
    return recovery;
  });
}

/** Once: all that are paid from here on have their split. */
async function noteOldOrders(recovery: Recovery): Promise<void> {
  if (recovery.old_orders_noted) return;
  for (const { marketplace } of await listMarketplaces(recovery.space)) await noteUnsplitOrders(marketplace);
  recovery.old_orders_noted = true;
}

/** With a key of another account or mode, what was read of the former says nothing. */
async function recoveryOf(space: string, { utility, livemode }: Platform): Promise<Recovery> {
  const account = utility.stripe_platform_account ?? "";
  const before = await findRecovery(space);
  if (before?.account === account && before.livemode === livemode) return before;
  return { space, account, livemode, events: [] };
}

/** The time there is, shared with the parts that come after. */
const shareOf = (until: Date, parts: number): Date =>
  after(now(), Math.max(0, until.getTime() - now().getTime()) / parts);

/** Does a part of a pass, and writes down what Stripe refused. @returns whether the pass goes on */
async function part<Found extends { trouble?: { code: string; message: string } | undefined }>(
  space: string,
  found: Found,
  work: (found: Found) => Promise<void>,
): Promise<boolean> {
  try {
    await work(found);
    return true;
  } catch (error) {
    const trouble =
      error instanceof Stripe.errors.StripePermissionError
        ? keyRestricted()
        : troubleWithStripe(error, space);
    if (!(trouble instanceof StripeRequestFailed)) throw trouble;
    found.trouble = { code: trouble.code, message: trouble.message };
    // The same would befall the rest, and a 429 says that the account is needed elsewhere.
    return !(
      error instanceof Stripe.errors.StripeRateLimitError ||
      error instanceof Stripe.errors.StripeAuthenticationError
    );
  }
}

const keyRestricted = (): StripeRequestFailed =>
  stripeRequestFailed(
    "stripe_key_restricted",
    "A member can save one that may read Events, Checkout Sessions, balance transactions and Connect's accounts, on the page of its Stripe Utility.",
  );

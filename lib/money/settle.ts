import Stripe from "stripe";
import { after, iso, now } from "../clock.ts";
import { keepBookings, ledgerOf, NEW_LEDGER } from "../ledger/keep_bookings.ts";
import { log } from "../log.ts";
import { findSeller } from "../marketplaces/find_seller.ts";
import { findOrder } from "../orders/find_order.ts";
import type { LeasedOrder } from "../orders/lease.ts";
import type { Order } from "../orders/order.ts";
import { type HoldReason, type Split, splitOf } from "../orders/split.ts";
import { cachedPlatform } from "../utilities/platform.ts";
import { wakeAndLease } from "./order_lease.ts";
import { readFacts } from "./read_facts.ts";
import { saveOrder } from "./save_order.ts";
import { type Next, type Run, record, type Standing, settleTurn } from "./settle_turn.ts";
import { keyTrouble } from "./stripe_answer.ts";
import { unknownMovement } from "./unknown_movement.ts";

/** A run ends after so many turns, or after so long, in ms, and what is left comes when the Order is due again. */
export const MAX_TURNS = 12;
const MAX_MS = 30_000;

/** After trouble with Stripe, in ms. */
const TROUBLE_MS = 60_000;

/** What a run came to: how the split stands, or why this run cannot say. */
export type Settled = { split: Split } | { split: undefined; because: "another_run" | "unfinished" };

/** The same as a sentence. */
export function settledWords(settled: Settled): string {
  if (settled.split) return settled.split.detail;
  return settled.because === "another_run"
    ? "Another run is busy with its money, and looks once more."
    : "Its money is looked at again.";
}

/**
 * Brings what the Vendor of an Order holds to what they should hold, whatever happened to the payment: any number of
 * times, in any order, and cut off between any two lines, it comes to the same.
 * @param read the Order's payment intent, where the caller has just read it as {@link readFacts} would
 * @throws what Stripe's SDK throws where Stripe does not answer, or asks us to slow down; the Order is due again in a minute
 */
export async function settle(
  place: Pick<Order, "marketplace" | "id">,
  read?: Stripe.PaymentIntent,
): Promise<Settled> {
  const leased = await wakeAndLease(place);
  return leased ? await settleLeased(leased, { read }) : { split: undefined, because: "another_run" };
}

/** What a run does first, where that is more than to look: see {@link settleTurn}. */
type Turn = (run: Run) => Promise<Next>;

/**
 * The same for an Order that the caller has to itself.
 * @param first what a person wants done before all else
 */
export async function settleLeased(
  leased: LeasedOrder,
  { read, first }: { read?: Stripe.PaymentIntent | undefined; first?: Turn } = {},
): Promise<Settled> {
  try {
    return await untilItStands(leased, read, first);
  } catch (error) {
    const reason = holdFor(error, leased.order.space);
    if (reason) return settled(await putOnHold(leased, reason));
    await lookAgainSoon(leased);
    throw error;
  }
}

async function untilItStands(
  leased: LeasedOrder,
  read: Stripe.PaymentIntent | undefined,
  first: Turn = settleTurn,
): Promise<Settled> {
  const until = after(now(), MAX_MS);
  const { stripe, livemode } = await cachedPlatform(leased.order.space);
  if (livemode !== leased.order.livemode) return settled(await putOnHold(leased, "key_missing"));
  let next = await first(await begin(stripe, leased, read));
  for (let turns = 1; turns < MAX_TURNS && now() < until; turns++) {
    if (next.is === "on") next = await settleTurn(next.run);
    else if (next.is === "again") next = await beginAgain(stripe, leased);
    else break;
  }
  return settled(next);
}

async function putOnHold({ order, holder }: LeasedOrder, reason: HoldReason): Promise<Next> {
  const split = splitOf(order);
  return await record({ order: { ...order, split }, holder }, heldBack(split, reason), {});
}

/** What is by hand stays so: a hold ends by itself, and then it would move though nobody said that it should. */
export const heldBack = (split: Split, reason: HoldReason): Standing =>
  split.status === "by_hand" ? split : { status: "on_hold", reason };

/** A payment that was read before the Order was leased is true until another run has had the Order. */
async function begin(
  stripe: Stripe,
  { order, holder }: LeasedOrder,
  read: Stripe.PaymentIntent | undefined,
): Promise<Run> {
  const seen = await withVendor({ ...order, split: splitOf(order) });
  const isFirst = !wasLookedAt(order);
  const [{ facts, bookings }, known] = await Promise.all([
    readFacts(stripe, seen, isFirst ? read : undefined),
    isFirst ? NEW_LEDGER : ledgerOf(order),
  ]);
  const ledger = await keepBookings(stripe, order, known, bookings);
  return { stripe, leased: { order: seen, holder }, facts, ledger };
}

/** Whether a run has had the Order's money before: what it found, or was about to move, it has written down. */
const wasLookedAt = ({ money, charge, movements }: Order): boolean =>
  money !== undefined || charge !== undefined || movements !== undefined;

async function beginAgain(stripe: Stripe, { order, holder }: LeasedOrder): Promise<Next> {
  const current = await findOrder(order.marketplace, order.id);
  if (current?.lease_by !== holder) return { is: "lost" };
  return { is: "on", run: await begin(stripe, { order: current, holder }, undefined) };
}

/** An Order that names no account is for the one that its Marketplace is connected to, from the first look on. */
export async function withVendor(order: Order): Promise<Order> {
  if (order.vendor_account) return order;
  const account = (await findSeller(order))?.stripe_account;
  return account ? { ...order, vendor_account: account } : order;
}

/** What holds the Order, rather than the event that told of it. */
export function holdFor(error: unknown, space: string): HoldReason | undefined {
  const isMissing =
    error instanceof Stripe.errors.StripeInvalidRequestError && error.code === "resource_missing";
  return isMissing ? "charge_missing" : keyTrouble(error, space);
}

function settled(next: Next): Settled {
  if (next.is === "let_go") return { split: next.split };
  return { split: undefined, because: next.is === "lost" ? "another_run" : "unfinished" };
}

/** Lets the Order go, if that can be written; else it is due when its lease is over. */
async function lookAgainSoon(leased: LeasedOrder): Promise<void> {
  const order = leased.order.id;
  try {
    await saveOrder(leased, { due_at: iso(after(now(), TROUBLE_MS)) }, [], true);
    log.warn("an Order is looked at again", { order }, await unknownMovement(leased.order));
  } catch {
    log.warn("an Order was left leased", { order });
  }
}

import Stripe from "stripe";
import * as v from "valibot";
import { after, iso, now, toSeconds } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { batchGet } from "../dynamodb/batch_get.ts";
import { orderKey } from "../dynamodb/keys.ts";
import { isUlid } from "../ids.ts";
import { describeError, log } from "../log.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { findOrder } from "../orders/find_order.ts";
import { moveOrder } from "../orders/move_order.ts";
import { Order } from "../orders/order.ts";
import { orderState } from "../orders/order_state.ts";
import { pendingOrders, UNFINISHED } from "../orders/pending_orders.ts";
import type { Findings } from "../spaces/recovery.ts";
import { readSession } from "../stripe_events/follow_checkout_session.ts";
import { NonRetryableError } from "../stripe_events/outcome.ts";
import { CAUSE, eachPage, name, type Pass } from "./pass.ts";
import { restoreOrder } from "./restore_order.ts";

/** A Checkout Session is open for a day, and so much later it is over; in ms. */
const LOOK_BACK_MS = 48 * 60 * 60_000;

type Found = NonNullable<Findings["sessions"]>;

/**
 * Compares the Checkout Sessions of the last 48 hours with the Orders. A session that names an Order of this Space has that
 * Order, or is one that a cut-off checkout left and nobody can pay. Where one was paid and its Order is gone, that is made anew;
 * what was paid and fits none is for a person. An Order that nobody has paid yet has its session, and stands where that stands.
 * @throws what Stripe's SDK throws
 */
export async function recoverSessions(pass: Pass, found: Found): Promise<void> {
  const { space, platform } = pass;
  const since = after(now(), -LOOK_BACK_MS);
  const sellers = await listMarketplaces(space);
  const marketplaces = new Set(sellers.map(({ marketplace }) => marketplace));
  // Before the list is read: what is placed meanwhile may not be in it.
  const unfinished = await unfinishedOrders(marketplaces, since, platform.livemode);
  const seen = new Set<string>();
  const isWhole = await eachPage(
    pass,
    (paging) => platform.stripe.checkout.sessions.list({ created: { gte: toSeconds(since) }, ...paging }),
    async (sessions) => {
      found.listed += sessions.length;
      const ours = sessions.filter(({ metadata }) => marketplaces.has(metadata?.marketplace ?? ""));
      for (const { id } of ours) seen.add(id);
      await compare(pass, sellers, ours, found);
    },
  );
  if (!isWhole || now() >= pass.until) return;
  for (const order of unfinished)
    if (!seen.has(order.checkout_session)) await follow(pass, order.checkout_session, order.id, found);
}

async function unfinishedOrders(marketplaces: Set<string>, since: Date, livemode: boolean): Promise<Order[]> {
  const orders: Order[] = [];
  for (const marketplace of marketplaces)
    orders.push(...(await pendingOrders(marketplace, UNFINISHED, { since, max: Number.POSITIVE_INFINITY })));
  // Those of the other mode have their sessions there.
  return orders.filter((order) => order.livemode === livemode);
}

async function compare(
  pass: Pass,
  sellers: readonly Marketplace[],
  sessions: Stripe.Checkout.Session[],
  found: Found,
): Promise<void> {
  const orders = await ordersOf(sessions);
  for (const session of sessions) {
    const id = session.metadata?.order ?? "";
    const order = orders.get(id) ?? (await findOrder(session.metadata?.marketplace ?? "", id));
    const isTheirs = order?.space === pass.space && order.checkout_session === session.id;
    if (isTheirs) found.orders += 1;
    if (isTheirs && session.status !== "open" && UNFINISHED.includes(order.status))
      await follow(pass, session.id, order.id, found);
    else if (!isTheirs && isPaid(session)) {
      // After a restore there may be many, and each takes some requests: the next pass finds the rest.
      if (!order && now() >= pass.until) continue;
      const isRestored = !order && (await restore(pass, sellers, session, found));
      if (!isRestored) withoutOrder(pass, session.id, found);
    }
  }
}

const isPaid = ({ status, payment_status }: Stripe.Checkout.Session): boolean =>
  status === "complete" || payment_status === "paid";

/** By their ids, the Orders that the sessions name; several may name one. */
async function ordersOf(sessions: Stripe.Checkout.Session[]): Promise<Map<string, Order>> {
  const keys = new Map(
    sessions.flatMap(({ metadata }) => {
      const { order = "", marketplace = "" } = metadata ?? {};
      return isUlid(order) ? [[order, orderKey(marketplace, order)] as const] : [];
    }),
  );
  if (keys.size === 0) return new Map();
  const rows = await batchGet(configuration.ordersTable, [...keys.values()]);
  return new Map(v.parse(v.array(Order), rows).map((order) => [order.id, order]));
}

/** One session's trouble is its own, and the next pass tries again; what befalls all ends the pass. */
async function restore(
  pass: Pass,
  sellers: readonly Marketplace[],
  listed: Stripe.Checkout.Session,
  found: Found,
): Promise<boolean> {
  try {
    const restored = await restoreOrder(pass, sellers, listed);
    if (!restored) return false;
    found.restored += 1;
    await bringOn(restored.order, orderState(restored.session, pass.platform.buyers, restored.order), found);
    return true;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) throw error;
    log.warn("an Order could not be made anew", { session: listed.id, ...describeError(error) });
    return false;
  }
}

/** Brings an Order to where its session stands, as its events would have. */
async function follow(pass: Pass, session: string, order: string, found: Found): Promise<void> {
  const { space, platform, turn } = pass;
  await turn();
  try {
    const read = await readSession(platform, session, space);
    if (read) await bringOn(read.order, read.state, found);
  } catch (error) {
    if (error instanceof NonRetryableError) withoutOrder(pass, session, found);
    else if (error instanceof Stripe.errors.StripeError && error.code === "resource_missing")
      name(found.without_session, order);
    else throw error;
  }
}

async function bringOn(order: Order, state: ReturnType<typeof orderState>, found: Found): Promise<void> {
  if (await moveOrder(order, { ...state, cause: CAUSE, at: iso(now()) })) found.brought_on += 1;
}

function withoutOrder({ space }: Pass, session: string, found: Found): void {
  name(found.paid_without_order, session);
  log.error("a session was paid, and has no Order that it fits", { space, session });
}

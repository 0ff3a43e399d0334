import type Stripe from "stripe";
import * as v from "valibot";
import { MAX_NAME_LENGTH } from "../checkouts/checkout_request.ts";
import { iso, now } from "../clock.ts";
import { log } from "../log.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { findOrder } from "../orders/find_order.ts";
import { insertOrder } from "../orders/insert_order.ts";
import { IntentMetadata } from "../orders/intent_metadata.ts";
import type { Order, OrderLine } from "../orders/order.ts";
import { orderOfSession } from "../orders/order_of_session.ts";
import { paymentIntentOf } from "../orders/order_state.ts";
import { CHECKOUT_LIMITS } from "../orders/stripe_limits.ts";
import { CAUSE, type Pass } from "./pass.ts";

/** An Order that is there again, and where its session stands. */
type Restored = { order: Order; session: Stripe.Checkout.Session };

/**
 * Makes an Order anew of which Stripe has the payment and the table has nothing, as after the restore of an older one: with its
 * id, from its session, its lines and its intent's metadata. What was moved of its money is found by its next look. The notes of
 * its lines are lost.
 * @returns undefined where what Stripe has does not add up to an Order of the Marketplace's
 * @throws what Stripe's SDK throws
 */
export async function restoreOrder(
  { space, platform, turn }: Pass,
  marketplaces: readonly Marketplace[],
  listed: Stripe.Checkout.Session,
): Promise<Restored | undefined> {
  await turn();
  const session = await platform.stripe.checkout.sessions.retrieve(listed.id, { expand: ["payment_intent"] });
  const { amount_total, currency } = session;
  const told = { ...session.metadata, ...paymentIntentOf(session)?.metadata };
  const parsed = v.safeParse(IntentMetadata, amount_total === 0 ? { ...NOTHING_TO_PAY, ...told } : told);
  if (!parsed.success) return undefined;
  const { order: id, ...facts } = parsed.output;
  const { marketplace, product_total, delivery_amount, tax_amount } = facts;
  const seller = marketplaces.find((each) => each.marketplace === marketplace);
  const isNamed = session.metadata?.order === id && session.metadata.marketplace === marketplace;
  if (!seller || !isNamed || !currency || product_total + delivery_amount + tax_amount !== amount_total)
    return undefined;
  const lines = await linesOf(platform.stripe, session.id, facts, turn);
  const order = orderOfSession(session, seller, platform.buyers, {
    id,
    currency,
    amount_total,
    ...facts,
    ...(lines && { lines }),
  });
  const at = iso(now());
  const detail = "Stripe has its payment, and it was not here: it was made anew from what Stripe has.";
  if (await insertOrder(order, CAUSE, { at, entry: "restored", detail, written_at: at })) {
    log.warn("an Order was made anew from what Stripe has", { space, order: id, session: session.id });
    return { order, session };
  }
  // Another pass was faster.
  const made = await findOrder(marketplace, id);
  return made?.checkout_session === session.id ? { order: made, session } : undefined;
}

/** Such a session has no intent. */
const NOTHING_TO_PAY = { product_total: "0", delivery_amount: "0", tax_amount: "0" };

/**
 * What was sold, without the lines that a checkout adds; undefined where that is not what the products come to, or more than a
 * checkout here takes: of an Order that was begun elsewhere, it might be more than a row has room for.
 */
async function linesOf(
  stripe: Stripe,
  session: string,
  {
    product_total,
    delivery_amount,
    tax_amount,
  }: Pick<Order, "product_total" | "delivery_amount" | "tax_amount">,
  turn: () => Promise<void>,
): Promise<OrderLine[] | undefined> {
  await turn();
  const all: Stripe.LineItem[] = [];
  for await (const line of stripe.checkout.sessions.listLineItems(session, { limit: 100 })) all.push(line);
  const added = [delivery_amount, tax_amount].filter((amount) => amount > 0).length;
  const lines = all.slice(0, all.length - added).map(({ description, price, quantity }) => ({
    name: description ?? "",
    unit_amount: price?.unit_amount ?? 0,
    quantity: quantity ?? 1,
  }));
  const total = lines.reduce((sum, { unit_amount, quantity }) => sum + unit_amount * quantity, 0);
  const isOurs =
    lines.length <= CHECKOUT_LIMITS.lines && lines.every(({ name }) => name.length <= MAX_NAME_LENGTH);
  return isOurs && total === product_total ? lines : undefined;
}

import type Stripe from "stripe";
import { intentMetadata } from "./intent_metadata.ts";
import type { Order } from "./order.ts";
import { paymentIntentOf } from "./order_state.ts";

const isTold = (metadata: Stripe.Metadata | null, order: Order): boolean =>
  metadata?.order === order.id && metadata.marketplace === order.marketplace;

/**
 * Leads the session's events to the Order, and has there what nobody but the Order knows: its intent may not be there yet.
 * @returns the session as it is when its events find the Order
 */
export async function tagSession(
  stripe: Stripe,
  session: Stripe.Checkout.Session,
  order: Order,
): Promise<Stripe.Checkout.Session> {
  if (isTold(session.metadata, order)) return session;
  return await stripe.checkout.sessions.update(session.id, {
    metadata: intentMetadata(order),
    expand: ["payment_intent"],
  });
}

/** As a checkout here tells it, but for the `transfer_group`: of an intent that Checkout made, Stripe changes none. */
export async function tellIntent(
  stripe: Stripe,
  session: Stripe.Checkout.Session,
  order: Order,
): Promise<void> {
  const intent = paymentIntentOf(session);
  if (!intent || isTold(intent.metadata, order)) return;
  await stripe.paymentIntents.update(intent.id, { metadata: intentMetadata(order) });
}

import type Stripe from "stripe";
import { isUuid } from "../ids.ts";
import { findOrder } from "../orders/find_order.ts";
import { findOrderOfIntent } from "../orders/find_order_of_intent.ts";
import { movementsOf } from "../orders/movement.ts";
import type { Order } from "../orders/order.ts";
import type { HandledEvent, HandlerContext } from "./handler.ts";
import { type HandlerResult, ignored, succeeded } from "./outcome.ts";
import { settleOrder } from "./settle_order_of.ts";

/** A transfer was made, or taken back: by us, which is known, or by hand. */
export async function settleTransfer(
  event: HandledEvent,
  { stripe }: HandlerContext,
): Promise<HandlerResult> {
  const transfer = await stripe.transfers.retrieve(event.data.object.id);
  const order = await orderOfTransfer(transfer, event.space, stripe);
  if (!order) return ignored("a transfer for no Order of this Space");
  if (await isKnown(transfer, order))
    return succeeded(`Order ${order.id} knows of it`, order.marketplace, order.id);
  return await settleOrder(order);
}

/** Of most Orders there is one transfer, and it is ours: then this is no news, and costs no more requests. */
export async function isKnown(
  { id, amount, amount_reversed }: Stripe.Transfer,
  order: Order,
): Promise<boolean> {
  if (order.money?.sent !== amount || order.money.reversed !== amount_reversed) return false;
  return (await movementsOf(order)).some(({ stripe }) => stripe === id);
}

/** By what we wrote on it; by the charge it was taken from; by the group that it shares with a charge. */
export async function orderOfTransfer(
  { metadata, source_transaction, transfer_group }: Stripe.Transfer,
  space: string,
  stripe: Stripe,
): Promise<Order | undefined> {
  const { order: id = "", marketplace = "" } = metadata;
  if (isUuid(marketplace)) {
    const order = await findOrder(marketplace, id);
    if (order?.space === space) return order;
  }
  const charge = source_transaction
    ? await chargeOf(source_transaction, stripe)
    : transfer_group
      ? (await stripe.charges.list({ transfer_group, limit: 1 })).data[0]
      : undefined;
  const intent = charge?.payment_intent;
  const intentId = typeof intent === "string" ? intent : intent?.id;
  return intentId ? await findOrderOfIntent(intentId, space) : undefined;
}

const chargeOf = async (source: string | Stripe.Charge, stripe: Stripe): Promise<Stripe.Charge> =>
  typeof source === "string" ? await stripe.charges.retrieve(source) : source;

import Stripe from "stripe";
import * as v from "valibot";
import { isUlid, isUuid } from "../ids.ts";
import { findOrder } from "../orders/find_order.ts";
import { findOrderOfIntent } from "../orders/find_order_of_intent.ts";
import type { Order } from "../orders/order.ts";
import { findOrderInSpace } from "./find_order_in_space.ts";
import { type PastedId, pastedId } from "./pasted_id.ts";

/** Names one after another: a reversal, its transfer, the charge that was taken from, its intent. No way is longer. */
const MOST_STEPS = 4;

/** How an object of Stripe's is read by its id. A reversal is found by its balance transaction, since its transfer is not known. */
const READ: Partial<Record<PastedId["kind"], (stripe: Stripe, id: string) => Promise<unknown>>> = {
  cs: (stripe, id) => stripe.checkout.sessions.retrieve(id),
  pi: (stripe, id) => stripe.paymentIntents.retrieve(id),
  ch: (stripe, id) => stripe.charges.retrieve(id),
  py: (stripe, id) => stripe.charges.retrieve(id),
  re: (stripe, id) => stripe.refunds.retrieve(id),
  pyr: (stripe, id) => stripe.refunds.retrieve(id),
  du: (stripe, id) => stripe.disputes.retrieve(id),
  dp: (stripe, id) => stripe.disputes.retrieve(id),
  tr: (stripe, id) => stripe.transfers.retrieve(id),
  trr: async (stripe, id) =>
    (await stripe.balanceTransactions.list({ source: id, limit: 1, expand: ["data.source"] })).data[0],
  txn: (stripe, id) => stripe.balanceTransactions.retrieve(id, { expand: ["source"] }),
};

/** An object that another names: by its id, or expanded. */
const Named = v.nullish(
  v.union([
    v.string(),
    v.pipe(
      v.object({ id: v.string() }),
      v.transform(({ id }) => id),
    ),
  ]),
);
/** What an object of Stripe's says of where it belongs. */
type Belonging = v.InferOutput<typeof Belonging>;
const Belonging = v.object({
  metadata: v.nullish(v.record(v.string(), v.string())),
  payment_intent: Named,
  transfer_group: v.nullish(v.string()),
  transfer: Named,
  source_transaction: Named,
  source: v.nullish(v.union([v.string(), v.looseObject({})])),
});

/**
 * The Order of a Space that an object of Stripe's belongs to: by what it says, or what it was made from says. It takes some
 * requests at Stripe, and no index of ours. Whatever Stripe says, our own record of an Order decides whose it is.
 * @returns undefined where the object is of no Order of the Space's, or Stripe does not have it
 * @throws what Stripe's SDK throws
 */
export async function orderAtStripe(stripe: Stripe, space: string, id: string): Promise<Order | undefined> {
  let next: string | undefined = id;
  for (let steps = 0; next && steps < MOST_STEPS; steps++) {
    const paid = next.startsWith("pi_") ? await findOrderOfIntent(next, space) : undefined;
    if (paid) return paid;
    const object = await read(stripe, next);
    const belonging = v.parse(Belonging, Object(object));
    // A balance transaction is asked for with what it is of.
    const { source } = belonging;
    const told = source instanceof Object ? v.parse(Belonging, source) : belonging;
    const order = await orderNamed(told, space);
    if (order) return order;
    next = told.payment_intent ?? told.transfer ?? told.source_transaction ?? undefined;
  }
  return undefined;
}

async function read(stripe: Stripe, text: string): Promise<unknown> {
  const { kind, id } = pastedId(text) ?? {};
  try {
    return kind && id && (await READ[kind]?.(stripe, id));
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError && error.code === "resource_missing")
      return undefined;
    throw error;
  }
}

/** By what we wrote on it, or by the group that we gave a charge and its transfers. */
async function orderNamed(
  { metadata, transfer_group }: Belonging,
  space: string,
): Promise<Order | undefined> {
  const { order: id = "", marketplace = "" } = metadata ?? {};
  if (isUlid(id) && isUuid(marketplace)) {
    const order = await findOrder(marketplace, id);
    if (order?.space === space) return order;
  }
  return isUlid(transfer_group ?? "") ? await findOrderInSpace(space, transfer_group ?? "") : undefined;
}

import type Stripe from "stripe";
import type { Movement } from "../orders/movement.ts";
import type { Order } from "../orders/order.ts";
import { type Answer, failedAnswer } from "./stripe_answer.ts";

/**
 * Asks Stripe for a movement that is written down. Any number of times it comes to the same: Stripe keeps the answer to a
 * key for a day, and the key in the metadata finds what was made at any time after.
 */
export async function askStripe(stripe: Stripe, order: Order, movement: Movement): Promise<Answer> {
  try {
    const { id, created, balance_transaction } = await request(stripe, order, movement);
    return { is: "done", id, created, booked: balance_transaction };
  } catch (error) {
    return failedAnswer(error, movement.kind, order.space);
  }
}

async function request(
  stripe: Stripe,
  order: Order,
  movement: Movement,
): Promise<Stripe.Transfer | Stripe.TransferReversal | Stripe.Refund> {
  const { amount, key: idempotencyKey } = movement;
  const expand = ["balance_transaction"];
  const metadata = { order: order.id, marketplace: order.marketplace, money: movement.key };
  switch (movement.kind) {
    case "transfer":
      return await stripe.transfers.create(
        {
          amount,
          currency: movement.currency,
          destination: movement.destination,
          description: `Order ${order.id}`,
          metadata,
          expand,
          // A transfer takes its group from its source, and may name no other (Stripe docs, "Separate charges and transfers").
          ...(movement.source
            ? { source_transaction: movement.source }
            : { transfer_group: movement.group ?? order.id }),
        },
        { idempotencyKey },
      );
    case "reversal":
      return await stripe.transfers.createReversal(
        movement.transfer,
        { amount, metadata, expand },
        { idempotencyKey },
      );
    case "refund":
      return await stripe.refunds.create(
        {
          charge: movement.charge,
          amount,
          expand,
          metadata: {
            ...metadata,
            ...(movement.product_amount !== undefined && { product_amount: String(movement.product_amount) }),
          },
          ...(movement.reason && { reason: movement.reason }),
        },
        { idempotencyKey },
      );
  }
}

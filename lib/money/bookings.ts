import type Stripe from "stripe";
import type { OrderKind } from "../ledger/fact.ts";
import type { Booking } from "../ledger/keep_bookings.ts";
import type { Movement } from "../orders/movement.ts";

type Named = string | Stripe.BalanceTransaction | null | undefined;

/** A transfer with all of its reversals, however many. */
export type WholeTransfer = { transfer: Stripe.Transfer; reversals: Stripe.TransferReversal[] };

/** Every balance transaction that the objects of an Order name. What is only on its way names none yet. */
export function bookingsOf(
  charge: Stripe.Charge,
  refunds: { refund: Stripe.Refund; product_amount: number | undefined }[],
  disputes: Stripe.Dispute[],
  transfers: WholeTransfer[],
): Booking[] {
  return [
    ...booking("charge", charge.balance_transaction, { source_amount: charge.amount }),
    ...booking("charge_failure", charge.failure_balance_transaction, { source_amount: charge.amount }),
    ...refunds.flatMap(({ refund, product_amount }) => {
      const of = { source_amount: refund.amount, ...(product_amount !== undefined && { product_amount }) };
      return [
        ...booking("refund", refund.balance_transaction, of),
        ...booking("refund_failure", refund.failure_balance_transaction, of),
      ];
    }),
    ...disputes.flatMap(({ balance_transactions, amount: source_amount }) =>
      balance_transactions.flatMap((each) =>
        booking(each.amount < 0 ? "dispute" : "dispute_reversal", each, { source_amount }),
      ),
    ),
    ...transfers.flatMap(({ transfer, reversals }) => {
      const { destination, id } = transfer;
      const account = typeof destination === "string" ? destination : destination?.id;
      const of = { ...(account && { account }), transfer: id };
      return [
        ...booking("transfer", transfer.balance_transaction, of),
        ...reversals.flatMap((reversal) => booking("transfer_reversal", reversal.balance_transaction, of)),
      ];
    }),
  ];
}

/** What a movement that Stripe has just made names. A refund that is on its way names none. */
export function bookingOf(movement: Movement, id: string, account: string, transaction: Named): Booking[] {
  switch (movement.kind) {
    case "transfer":
      return booking("transfer", transaction, { account: movement.destination, transfer: id });
    case "reversal":
      return booking("transfer_reversal", transaction, { account, transfer: movement.transfer });
    case "refund": {
      const { amount, product_amount } = movement;
      return booking("refund", transaction, {
        source_amount: amount,
        ...(product_amount !== undefined && { product_amount }),
      });
    }
  }
}

const booking = (kind: OrderKind, transaction: Named, of: Booking["of"]): Booking[] =>
  transaction ? [{ kind, of, transaction }] : [];

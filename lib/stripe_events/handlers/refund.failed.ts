import type { Handler } from "../handler.ts";
import { settlePaymentOf } from "../settle_order_of.ts";

/** A refund did not reach the buyer, so the money is here again. */
export const refundFailed: Handler<"refund.failed"> = (event, { stripe }) =>
  settlePaymentOf(event, (id) => stripe.refunds.retrieve(id));

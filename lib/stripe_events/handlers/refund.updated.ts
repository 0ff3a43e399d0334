import type { Handler } from "../handler.ts";
import { settlePaymentOf } from "../settle_order_of.ts";

/** A refund has moved on. */
export const refundUpdated: Handler<"refund.updated"> = (event, { stripe }) =>
  settlePaymentOf(event, (id) => stripe.refunds.retrieve(id));

import type { Handler } from "../handler.ts";
import { settlePaymentOf } from "../settle_order_of.ts";

/** Money goes back to the buyer. */
export const refundCreated: Handler<"refund.created"> = (event, { stripe }) =>
  settlePaymentOf(event, (id) => stripe.refunds.retrieve(id));

import type { Handler } from "../handler.ts";
import { settlePaymentOf } from "../settle_order_of.ts";

/** The bank has decided. */
export const chargeDisputeClosed: Handler<"charge.dispute.closed"> = (event, { stripe }) =>
  settlePaymentOf(event, (id) => stripe.disputes.retrieve(id));

import type { Handler } from "../handler.ts";
import { settlePaymentOf } from "../settle_order_of.ts";

/** A dispute has moved on. */
export const chargeDisputeUpdated: Handler<"charge.dispute.updated"> = (event, { stripe }) =>
  settlePaymentOf(event, (id) => stripe.disputes.retrieve(id));

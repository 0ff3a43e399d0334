import type { Handler } from "../handler.ts";
import { settlePaymentOf } from "../settle_order_of.ts";

/** A buyer disputes a payment, or their bank inquires. */
export const chargeDisputeCreated: Handler<"charge.dispute.created"> = (event, { stripe }) =>
  settlePaymentOf(event, (id) => stripe.disputes.retrieve(id));

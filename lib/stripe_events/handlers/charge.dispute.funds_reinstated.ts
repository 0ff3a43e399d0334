import type { Handler } from "../handler.ts";
import { settlePaymentOf } from "../settle_order_of.ts";

/** The bank gave back what it took, or a part. */
export const chargeDisputeFundsReinstated: Handler<"charge.dispute.funds_reinstated"> = (event, { stripe }) =>
  settlePaymentOf(event, (id) => stripe.disputes.retrieve(id));

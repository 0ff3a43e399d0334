import type { Handler } from "../handler.ts";
import { settlePaymentOf } from "../settle_order_of.ts";

/** The bank took what is disputed. */
export const chargeDisputeFundsWithdrawn: Handler<"charge.dispute.funds_withdrawn"> = (event, { stripe }) =>
  settlePaymentOf(event, (id) => stripe.disputes.retrieve(id));

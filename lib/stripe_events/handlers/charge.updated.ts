import type { Handler } from "../handler.ts";
import { settlePaymentOf } from "../settle_order_of.ts";

/** The fee of a payment is known, which comes after the payment itself (Stripe docs, "Asynchronous capture"). */
export const chargeUpdated: Handler<"charge.updated"> = (event, { stripe }) =>
  settlePaymentOf(event, (id) => stripe.charges.retrieve(id));

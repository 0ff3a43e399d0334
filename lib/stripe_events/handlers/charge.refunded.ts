import type { Handler } from "../handler.ts";
import { settlePaymentOf } from "../settle_order_of.ts";

/** A payment was refunded, in whole or in part, from here or at Stripe. */
export const chargeRefunded: Handler<"charge.refunded"> = (event, { stripe }) =>
  settlePaymentOf(event, (id) => stripe.charges.retrieve(id));

import type { Handler } from "../handler.ts";
import { settlePaymentOf } from "../settle_order_of.ts";

/** A try to pay failed; or a bank took back what it had paid, days later. */
export const chargeFailed: Handler<"charge.failed"> = (event, { stripe }) =>
  settlePaymentOf(event, (id) => stripe.charges.retrieve(id));

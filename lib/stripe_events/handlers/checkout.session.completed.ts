import type { Handler } from "../handler.ts";
import { settleCheckoutSession } from "../settle_checkout_session.ts";

/** The buyer is through with the Checkout Session: paid, or, with a bank debit, to be paid. */
export const checkoutSessionCompleted: Handler<"checkout.session.completed"> = (event, context) =>
  settleCheckoutSession(event, context);

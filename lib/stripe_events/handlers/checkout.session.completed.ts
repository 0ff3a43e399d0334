import { followCheckoutSession } from "../follow_checkout_session.ts";
import type { Handler } from "../handler.ts";

/** The buyer is through with the Checkout Session: paid, or, with a bank debit, to be paid. */
export const checkoutSessionCompleted: Handler<"checkout.session.completed"> = (event, context) =>
  followCheckoutSession(event, context);

import type { Handler } from "../handler.ts";
import { settleCheckoutSession } from "../settle_checkout_session.ts";

/** The bank has paid what the buyer promised. */
export const checkoutSessionAsyncPaymentSucceeded: Handler<"checkout.session.async_payment_succeeded"> = (
  event,
  context,
) => settleCheckoutSession(event, context);

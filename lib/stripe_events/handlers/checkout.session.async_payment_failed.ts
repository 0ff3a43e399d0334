import type { Handler } from "../handler.ts";
import { settleCheckoutSession } from "../settle_checkout_session.ts";

/** The bank has refused what the buyer promised. */
export const checkoutSessionAsyncPaymentFailed: Handler<"checkout.session.async_payment_failed"> = (
  event,
  context,
) => settleCheckoutSession(event, context);

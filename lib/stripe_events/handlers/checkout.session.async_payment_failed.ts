import { followCheckoutSession } from "../follow_checkout_session.ts";
import type { Handler } from "../handler.ts";

/** The bank has refused what the buyer promised. */
export const checkoutSessionAsyncPaymentFailed: Handler<"checkout.session.async_payment_failed"> = (
  event,
  context,
) => followCheckoutSession(event, context);

import { followCheckoutSession } from "../follow_checkout_session.ts";
import type { Handler } from "../handler.ts";

/** The bank has paid what the buyer promised. */
export const checkoutSessionAsyncPaymentSucceeded: Handler<"checkout.session.async_payment_succeeded"> = (
  event,
  context,
) => followCheckoutSession(event, context);

import type { Handler } from "../handler.ts";
import { settleCheckoutSession } from "../settle_checkout_session.ts";

/** Nobody paid in time, or the session was expired on purpose. */
export const checkoutSessionExpired: Handler<"checkout.session.expired"> = (event, context) =>
  settleCheckoutSession(event, context);

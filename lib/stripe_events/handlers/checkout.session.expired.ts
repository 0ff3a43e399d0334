import { followCheckoutSession } from "../follow_checkout_session.ts";
import type { Handler } from "../handler.ts";

/** Nobody paid in time, or the session was expired on purpose. */
export const checkoutSessionExpired: Handler<"checkout.session.expired"> = (event, context) =>
  followCheckoutSession(event, context);

import type Stripe from "stripe";
import { fromSeconds, iso } from "../clock.ts";
import type { MarketplaceRef } from "../ids.ts";
import type { Order } from "./order.ts";

/** What of an Order its session does not say. */
type Facts = Pick<
  Order,
  "id" | "currency" | "amount_total" | "product_total" | "delivery_amount" | "tax_amount"
> &
  Partial<Pick<Order, "vendor_account" | "lines">>;

/** The Order of a Checkout Session that was not begun by the Order itself: open, until it is brought to where its session stands. */
export const orderOfSession = (
  { id, url, created, livemode, customer_email }: Stripe.Checkout.Session,
  { space, room, marketplace }: MarketplaceRef,
  facts: Facts,
): Order => ({
  space,
  room,
  marketplace,
  status: "open",
  ...facts,
  livemode,
  checkout_session: id,
  ...(url && { checkout_url: url }),
  placed_at: iso(fromSeconds(created)),
  ...(customer_email && { buyer_email: customer_email }),
});

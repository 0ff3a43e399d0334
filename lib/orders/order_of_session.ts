import type Stripe from "stripe";
import { type Buyers, buyerOf } from "../buyers/buyers.ts";
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
  buyers: Buyers,
  facts: Facts,
  placed_at = iso(fromSeconds(created)),
): Order => ({
  space,
  room,
  marketplace,
  status: "open",
  ...facts,
  livemode,
  checkout_session: id,
  ...(url && { checkout_url: url }),
  placed_at,
  ...buyerOf(buyers, customer_email, placed_at),
});

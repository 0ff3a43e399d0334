import type { Marketplace } from "../marketplaces/marketplace.ts";
import type { Order } from "../orders/order.ts";
import { unsettledOrders } from "../orders/pending_orders.ts";
import type { StripeUtility } from "../utilities/stripe_utility.ts";
import { type AtStripe, disconnectEffect } from "./disconnect.ts";

/** What a person should know before they disconnect. */
export type Leaving = {
  atStripe: AtStripe;
  /** Orders whose money, or the Vendor's share of it, is not where it belongs yet; newest first. */
  pending: Order[];
};

export async function disconnectPreview(
  marketplace: Marketplace,
  utility: StripeUtility | undefined,
): Promise<Leaving> {
  const [atStripe, pending] = await Promise.all([
    disconnectEffect(marketplace, utility),
    unsettledOrders(marketplace.marketplace),
  ]);
  return { atStripe, pending };
}

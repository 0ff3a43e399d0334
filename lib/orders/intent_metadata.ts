import type { Order } from "./order.ts";

type Facts = Pick<
  Order,
  "id" | "marketplace" | "product_total" | "delivery_amount" | "tax_amount" | "vendor_account"
>;

/**
 * The metadata of an Order's payment intent: where its events find the Order, and what nobody but the Order knows, so that
 * it could be made anew from Stripe alone. Stripe keeps texts (Stripe API, "Metadata").
 */
export const intentMetadata = (order: Facts): Record<string, string> => ({
  order: order.id,
  marketplace: order.marketplace,
  product_total: String(order.product_total),
  delivery_amount: String(order.delivery_amount),
  tax_amount: String(order.tax_amount),
  ...(order.vendor_account && { vendor_account: order.vendor_account }),
});

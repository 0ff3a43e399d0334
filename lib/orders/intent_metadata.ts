import * as v from "valibot";
import { isAccountId, isUlid } from "../ids.ts";
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

const Amount = v.pipe(v.string(), v.regex(/^\d{1,12}$/), v.transform(Number));

/** The same as it is read again, from Stripe, where anybody who has the account may have changed it. */
export const IntentMetadata = v.object({
  order: v.pipe(v.string(), v.check(isUlid)),
  marketplace: v.string(),
  product_total: Amount,
  delivery_amount: Amount,
  tax_amount: Amount,
  vendor_account: v.optional(v.pipe(v.string(), v.check(isAccountId))),
});

import * as v from "valibot";
import { ORDER_STATUSES, type Order } from "../orders/order.ts";

/** What a shop's server is answered: the Order, and where its buyer pays, as long as they can. */
export type CheckoutJson = v.InferOutput<typeof CheckoutJson>;
export const CheckoutJson = v.object({
  order: v.pipe(v.string(), v.description("The Order's id.")),
  checkout_session: v.pipe(v.string(), v.description("Stripe's, `cs_…`.")),
  status: v.picklist(ORDER_STATUSES),
  url: v.pipe(
    v.nullable(v.string()),
    v.description("Stripe's page where the buyer pays; null once they are through."),
  ),
});

export const presentCheckout = ({ id, checkout_session, status, checkout_url }: Order): CheckoutJson => ({
  order: id,
  checkout_session,
  status,
  url: (status === "open" && checkout_url) || null,
});

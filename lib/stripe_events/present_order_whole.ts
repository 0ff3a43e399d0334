import type { Order } from "../orders/order.ts";
import { presentOrder } from "../orders/present_order.ts";
import { failingEventOf } from "./failing_event_of.ts";

/** An Order as programs see it, with what Stripe has told of it that could not be followed yet. */
export const presentOrderWhole = async (order: Order) => ({
  ...(await presentOrder(order)),
  failing_event: await failingEventOf(order),
});

import { iso, now } from "../clock.ts";
import { outboxPuts } from "../outbox/outbox_puts.ts";
import { findOrder } from "./find_order.ts";
import { insertOrder } from "./insert_order.ts";
import type { Order, TimelineEntry } from "./order.ts";

/** Writes a new Order and the first entry of its timeline. @returns the Order as it is: an earlier one with this id stays. */
export async function placeOrder(order: Order): Promise<Order> {
  const entry: TimelineEntry = {
    at: order.placed_at,
    entry: "placed",
    detail: "The buyer was sent to Stripe to pay.",
    written_at: iso(now()),
  };
  const told = await outboxPuts(order, [{ fact: "placed", topic: "order.placed", at: order.placed_at }]);
  const rows = told.flat().map(({ Put }) => Put.Item);
  if (await insertOrder(order, "checkout", entry, ...rows)) return order;
  const earlier = await findOrder(order.marketplace, order.id);
  if (!earlier) throw new Error(`Order ${order.id} could not be placed, and nothing says why`);
  return earlier;
}

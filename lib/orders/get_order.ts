import { NotFound } from "../errors.ts";
import { findOrder } from "./find_order.ts";
import type { Order } from "./order.ts";

/** The Order that a path names. @throws {NotFound} */
export async function getOrder(marketplace: string, id: string | undefined): Promise<Order> {
  const order = await findOrder(marketplace, id ?? "");
  if (!order) throw new NotFound();
  return order;
}

import { settle } from "../../../lib/money/settle.ts";
import type { Order } from "../../../lib/orders/order.ts";

/** The share of each of these Orders, all at once: as where as many events of as many Orders come in the same moment. */
export const handler = async (
  orders: readonly Pick<Order, "marketplace" | "id">[],
): Promise<{ orders: number }> => {
  const settled = await Promise.all(orders.map((order) => settle(order)));
  return { orders: settled.filter(({ split }) => split?.status === "done").length };
};

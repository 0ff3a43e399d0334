import { randomBytes } from "node:crypto";
import { iso, now } from "../clock.ts";
import type { Movement } from "../orders/movement.ts";
import type { Order } from "../orders/order.ts";

/** What every movement of an Order has that is about to be written down, and then sent. */
export function newMovement(order: Order, what: Pick<Movement, "amount" | "currency" | "because">) {
  const seq = (order.movements ?? 0) + 1;
  const at = iso(now());
  const key = `money-${order.id}-${seq}-${randomBytes(4).toString("hex")}`;
  return { ...what, seq, key, state: "planned" as const, at, last_sent_at: at };
}

import { now } from "../clock.ts";
import { findOpenMovement, type Movement } from "../orders/movement.ts";
import type { Order } from "../orders/order.ts";

/**
 * As a metric, for how long nobody has known whether a movement of the Order's money happened. None where each has an
 * outcome.
 * @param movement the one that is open, where the caller has it as it is now
 */
export async function unknownMovement(
  order: Order,
  movement?: Movement,
): Promise<{ MovementUnknownSeconds?: number }> {
  const open = movement ?? (await findOpenMovement(order));
  return open?.state === "planned" ? { MovementUnknownSeconds: secondsSince(open.at) } : {};
}

/** @param time ISO 8601 */
export const secondsSince = (time: string): number => Math.round((now().getTime() - Date.parse(time)) / 1000);

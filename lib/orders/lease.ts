import { randomUUID } from "node:crypto";
import { after, iso, now } from "../clock.ts";
import { dueShardOf } from "../dynamodb/due_shard.ts";
import type { Order } from "./order.ts";

/** How long one run has an Order's money to itself, in ms: longer than Lambda lets any run go on. */
const LEASE_MS = 120_000;

/** An Order whose money nobody else touches, until `lease_until`. */
export type LeasedOrder = { order: Order; holder: string };

/** What the Order's row has of a lease. Due again when it is over: so an Order whose run was cut off comes back. */
export function newLease({ id }: Pick<Order, "id">) {
  const lease_until = iso(after(now(), LEASE_MS));
  return { lease_by: randomUUID(), lease_until, due_at: lease_until, due_shard: dueShardOf(id) };
}

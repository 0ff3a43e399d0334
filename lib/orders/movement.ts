import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { findRow } from "../dynamodb/find_row.ts";
import { movementKey, movementPrefix } from "../dynamodb/keys.ts";
import { allRows } from "../dynamodb/pages.ts";
import type { Order } from "./order.ts";

/** Stripe's reasons for a refund that somebody asks for (Stripe API, "Create a refund"). */
export const REFUND_REASONS = ["duplicate", "fraudulent", "requested_by_customer"] as const;
export type RefundReason = (typeof REFUND_REASONS)[number];

/** `planned`: it may or may not have happened; see {@link Movement}. */
export const MOVEMENT_STATES = ["planned", "done", "refused", "abandoned"] as const;

const common = {
  /** From 1. */
  seq: v.number(),
  /** In the currency's smallest unit. */
  amount: v.number(),
  currency: v.string(),
  state: v.picklist(MOVEMENT_STATES),
  /**
   * The `Idempotency-Key` at Stripe, and in the object's metadata, by which it is found again. With a random part: in a
   * table that was restored the same number comes twice, and Stripe forgets a key after a day.
   */
  key: v.string(),
  /** Why, in words. */
  because: v.string(),
  /** ISO 8601; when it was written down, and when Stripe was asked last. */
  at: v.string(),
  last_sent_at: v.string(),
  /** What Stripe called it, `tr_…`, `trr_…` or `re_…`. */
  stripe: v.optional(v.string()),
  /** What Stripe said of a request that failed: its code, and its id of the request. */
  code: v.optional(v.string()),
  request_id: v.optional(v.string()),
};

/**
 * One movement of an Order's money, written down before Stripe is asked for it: to the Vendor, back from the Vendor, or
 * back to the buyer.
 *
 * `planned`: it may or may not have happened. `done`: Stripe has it. `refused`: Stripe said no, and nothing happened.
 * `abandoned`: no answer ever came, and Stripe does not have it.
 */
export type Movement = v.InferOutput<typeof Movement>;
export const Movement = v.variant("kind", [
  v.object({
    kind: v.literal("transfer"),
    ...common,
    /** `acct_…` */
    destination: v.string(),
    /** The charge it is taken from; absent where it comes from the balance, and then names the group itself. */
    source: v.optional(v.string()),
    group: v.optional(v.string()),
  }),
  v.object({
    kind: v.literal("reversal"),
    ...common,
    /** `tr_…` */
    transfer: v.string(),
  }),
  v.object({
    kind: v.literal("refund"),
    ...common,
    charge: v.string(),
    /** How much of it is for products. */
    product_amount: v.optional(v.number()),
    reason: v.optional(v.picklist(REFUND_REASONS)),
    /** Who asked for it, and in which request: the same one asked again is the same refund. */
    actor: v.string(),
    request: v.string(),
  }),
]);

/**
 * The movement of which nobody knows whether it happened. None, too, where the Order names one that is not there any more or
 * has its outcome: a table that was restored need not have its rows of the same moment. What became of it, Stripe's lists tell.
 */
export async function findOpenMovement({
  marketplace,
  id,
  open_movement,
}: Order): Promise<Movement | undefined> {
  if (open_movement === undefined) return undefined;
  const key = movementKey(marketplace, id, open_movement);
  const movement = await findRow(Movement, configuration.ordersTable, key);
  return movement?.state === "planned" ? movement : undefined;
}

/** All movements of an Order, oldest first. */
export async function movementsOf({ marketplace, id }: Order): Promise<Movement[]> {
  const rows = await allRows({
    TableName: configuration.ordersTable,
    KeyConditionExpression: "pk = :marketplace AND begins_with(sk, :movement)",
    ExpressionAttributeValues: { ":marketplace": marketplace, ":movement": movementPrefix(id) },
    ConsistentRead: true,
  });
  return v.parse(v.array(Movement), rows);
}

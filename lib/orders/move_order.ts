import type { Buyer } from "../buyers/buyers.ts";
import { iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dueShardOf } from "../dynamodb/due_shard.ts";
import { orderKey, timelineKey } from "../dynamodb/keys.ts";
import { transact } from "../dynamodb/transact.ts";
import { outboxPuts } from "../outbox/outbox_puts.ts";
import type { Topic } from "../outbox/outbox_row.ts";
import { findOrder } from "./find_order.ts";
import { type LeasedOrder, newLease } from "./lease.ts";
import { ORDER_STATUSES, type Order, type OrderStatus, type TimelineEntry } from "./order.ts";
import { paymentIntentPut } from "./payment_intent_put.ts";
import { IMPORT_CAUSE } from "./place_imported_order.ts";
import type { Split } from "./split.ts";
import { WANTED_ONCE_MORE } from "./wanted.ts";

/** What Stripe's objects say of an Order, and what made us look: an event's id, or a name for our own action. */
export type OrderState = {
  status: OrderStatus;
  payment_intent: string | undefined;
  /** The buyer by their address, where Stripe asked them for it. */
  buyer?: Buyer | undefined;
  cause: string;
  /** ISO 8601. */
  at: string;
  detail: string;
};

/** After a lost race the Order is read anew; who loses this many races in a row may as well come back later. */
const TRIES = 5;

/**
 * Brings an Order to where Stripe's objects say it is; Order and timeline change in one transaction, or not at all.
 * Called again with the same standing, an earlier or a later one, it comes to the same in the end.
 * @returns whether this call moved the Order.
 */
export const moveOrder = async (order: Order, standing: OrderState): Promise<boolean> =>
  (await moveBy(order, standing, false)) !== "there";

/**
 * The same for a run that looks after the Vendor's share at once: from the write on that says that the Order is paid, that run
 * has its money to itself, which saves the write of a lease.
 * @returns the Order, where this call brought it to `paid` and nobody else has it; and whether this call moved it
 */
export async function moveAndLease(
  order: Order,
  standing: OrderState,
): Promise<{ moved: boolean; leased?: LeasedOrder }> {
  const outcome = await moveBy(order, standing, standing.status === "paid");
  return typeof outcome === "object" ? { moved: true, leased: outcome } : { moved: outcome === "moved" };
}

/** `there`: the Order was there, or further. */
type Outcome = LeasedOrder | "moved" | "there";

async function moveBy(order: Order, standing: OrderState, leases: boolean): Promise<Outcome> {
  let current: Order | undefined = order;
  for (let tries = 0; tries < TRIES && current; tries++) {
    if (rank(standing.status) <= rank(current.status)) return "there";
    // Whoever has it looks once more, and a lease that a dead run left ends by itself.
    const lease = leases && current.lease_until === undefined ? newLease(current) : undefined;
    const moved = await move(current, standing, lease);
    if (moved) return lease ? { order: moved, holder: lease.lease_by } : "moved";
    current = await findOrder(order.marketplace, order.id);
  }
  throw new Error(`Order ${order.id} is gone, or changed by too many at once`);
}

/** The Order as {@link moveOrder} would make it, though nothing is written; undefined where it is there, or further. */
export const movedBy = (
  order: Order,
  { status, payment_intent }: Pick<OrderState, "status" | "payment_intent">,
): Order | undefined =>
  rank(status) <= rank(order.status)
    ? undefined
    : {
        ...order,
        status,
        ...(payment_intent && { payment_intent }),
        ...(status === "paid" && sharesAreDue(order.id)),
      };

const rank = (status: OrderStatus): number => ORDER_STATUSES.indexOf(status);

/**
 * @param lease taken in the same write; then nobody may have touched the Order's money since it was read, so that the Order is
 *   known as the table has it
 * @returns the Order as it is then; undefined where somebody else moved it since it was read
 */
async function move(
  order: Order,
  { status, payment_intent, buyer: given, cause, at, detail }: OrderState,
  lease: ReturnType<typeof newLease> | undefined,
): Promise<Order | undefined> {
  const TableName = configuration.ordersTable;
  const { marketplace, id } = order;
  const isKnown = order.buyer_email !== undefined || order.buyer_erased_at !== undefined;
  const buyer = isKnown ? undefined : given;
  const entry: TimelineEntry = { at, entry: status, detail, written_at: iso(now()) };
  const set = {
    status,
    ...(payment_intent && { payment_intent }),
    ...buyer,
    ...(status === "paid" && sharesAreDue(id)),
    ...lease,
  };
  const topic = TOPICS[status];
  // What was paid before it came here, whoever sold it has told.
  const isNews = topic !== undefined && cause !== IMPORT_CAUSE;
  const told = isNews ? await outboxPuts({ ...order, ...buyer }, [{ fact: status, topic, at }]) : [];
  const untouched = lease && untouchedSince(order);
  const written = await transact([
    {
      Update: {
        TableName,
        Key: orderKey(marketplace, id),
        // Who looks at its money meanwhile has not seen this, and looks again. Nobody can pay at the URL any more: without it
        // most rows stay within 1 KB, beyond which each write costs twice.
        UpdateExpression: `SET ${Object.keys(set)
          .map((name) => `#${name} = :${name}`)
          .join(
            ", ",
          )}, version = if_not_exists(version, :none) + :one, ${WANTED_ONCE_MORE.set} REMOVE checkout_url`,
        ConditionExpression: ["#status = :seen", ...(untouched?.conditions ?? [])].join(" AND "),
        ExpressionAttributeNames: Object.fromEntries(Object.keys(set).map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: {
          ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
          ":seen": order.status,
          ...WANTED_ONCE_MORE.values,
          ...untouched?.values,
        },
      },
    },
    { Put: { TableName, Item: { ...timelineKey(marketplace, id, cause, status), ...entry } } },
    ...(payment_intent ? [paymentIntentPut(payment_intent, order)] : []),
    ...told.flat(),
  ]);
  if (!written) return undefined;
  const { checkout_url: _gone, ...kept } = order;
  return { ...kept, ...set, wanted: (order.wanted ?? 0) + 1, version: (order.version ?? 0) + 1 };
}

/** More of the condition: nobody has the Order's money, or has touched it or wanted it looked at since it was read. */
function untouchedSince({ wanted, version }: Order) {
  const seen = Object.entries({ wanted, version });
  const known = seen.filter(([, value]) => value !== undefined);
  return {
    conditions: [
      "attribute_not_exists(lease_until)",
      ...seen.map(([name, value]) =>
        value === undefined ? `attribute_not_exists(${name})` : `${name} = :seen_${name}`,
      ),
    ],
    values: Object.fromEntries(known.map(([name, value]) => [`:seen_${name}`, value])),
  };
}

/** What others than we hear of. */
const TOPICS: Partial<Record<OrderStatus, Topic>> = {
  paid: "order.paid",
  payment_failed: "order.payment_failed",
};

/** In the same write: an Order that is paid and whose run is cut off is found by its clock. */
function sharesAreDue(id: string) {
  const at = iso(now());
  return {
    split: {
      status: "waiting",
      reason: "fee_unknown",
      since: at,
      detail: "The Vendor's share is looked after in a moment.",
    } satisfies Split,
    due_shard: dueShardOf(id),
    due_at: at,
  };
}

import { iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dueShardOf } from "../dynamodb/due_shard.ts";
import { orderKey, timelineKey } from "../dynamodb/keys.ts";
import { transact } from "../dynamodb/transact.ts";
import { outboxPuts } from "../outbox/outbox_puts.ts";
import type { Topic } from "../outbox/outbox_row.ts";
import { findOrder } from "./find_order.ts";
import { ORDER_STATUSES, type Order, type OrderStatus, type TimelineEntry } from "./order.ts";
import { paymentIntentPut } from "./payment_intent_put.ts";
import { IMPORT_CAUSE } from "./place_imported_order.ts";
import type { Split } from "./split.ts";
import { WANTED_ONCE_MORE } from "./wanted.ts";

/** What Stripe's objects say of an Order, and what made us look: an event's id, or a name for our own action. */
export type OrderState = {
  status: OrderStatus;
  payment_intent: string | undefined;
  /** The buyer's address, where Stripe asked them for it. */
  buyer_email?: string | undefined;
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
export async function moveOrder(order: Order, standing: OrderState): Promise<boolean> {
  let current: Order | undefined = order;
  for (let tries = 0; tries < TRIES && current; tries++) {
    if (rank(standing.status) <= rank(current.status)) return false;
    if (await move(current, standing)) return true;
    current = await findOrder(order.marketplace, order.id);
  }
  throw new Error(`Order ${order.id} is gone, or changed by too many at once`);
}

const rank = (status: OrderStatus): number => ORDER_STATUSES.indexOf(status);

/** False where somebody else moved the Order since it was read. */
async function move(
  order: Order,
  { status, payment_intent, buyer_email: given, cause, at, detail }: OrderState,
): Promise<boolean> {
  const TableName = configuration.ordersTable;
  const { marketplace, id } = order;
  const buyer_email = order.buyer_email ?? given;
  const entry: TimelineEntry = { at, entry: status, detail, written_at: iso(now()) };
  const set: Record<string, unknown> = {
    status,
    ...(payment_intent && { payment_intent }),
    ...(buyer_email && { buyer_email }),
    ...(status === "paid" && sharesAreDue(id)),
  };
  const names = Object.keys(set);
  const topic = TOPICS[status];
  // What was paid before it came here, whoever sold it has told.
  const isNews = topic !== undefined && cause !== IMPORT_CAUSE;
  const told = isNews ? await outboxPuts({ ...order, buyer_email }, [{ fact: status, topic, at }]) : [];
  return await transact([
    {
      Update: {
        TableName,
        Key: orderKey(marketplace, id),
        // Who looks at its money meanwhile has not seen this, and looks again.
        UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(", ")}, ${WANTED_ONCE_MORE.set}`,
        ConditionExpression: "#status = :seen",
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: {
          ...Object.fromEntries(names.map((name) => [`:${name}`, set[name]])),
          ":seen": order.status,
          ...WANTED_ONCE_MORE.values,
        },
      },
    },
    {
      Put: {
        TableName,
        Item: { ...timelineKey(marketplace, id, cause, status), ...entry },
      },
    },
    ...(payment_intent ? [paymentIntentPut(payment_intent, order)] : []),
    ...told.flat(),
  ]);
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

import { createHash } from "node:crypto";
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { fromCursor, toCursor } from "../dynamodb/cursor.ts";
import { findRow } from "../dynamodb/find_row.ts";
import { type CallbackRef, deliveryKey, OUTBOX_PREFIX } from "../dynamodb/keys.ts";
import { NotFound } from "../errors.ts";
import { Count, IsoTime } from "../http/answer_fields.ts";
import type { Paginated } from "../http/pagination.ts";
import { isUlid } from "../ids.ts";
import { OutboxRow } from "../outbox/outbox_row.ts";

/** One fact that a callback is told of: its row of the outbox, which stays as its log. Known by a ULID. */
export type Delivery = v.InferOutput<typeof Delivery>;
export const Delivery = v.pipe(
  OutboxRow,
  v.transform((row) => ({ ...row, id: row.sk.slice(OUTBOX_PREFIX.length) })),
);

/**
 * `waiting` and `retrying` go on by themselves; `dead` was given up, and waits for a person and a replay; `replayed` has
 * another in its place.
 */
export type DeliveryStatus = v.InferOutput<typeof DeliveryStatus>;
const DeliveryStatus = v.picklist(["waiting", "retrying", "delivered", "dead", "replayed"]);

function deliveryStatus({ sent_at, outbox_at, log, error }: Delivery): DeliveryStatus {
  if (sent_at) return "delivered";
  if (!outbox_at) return error === "replayed" ? "replayed" : "dead";
  return log ? "retrying" : "waiting";
}

/**
 * By which the receiver knows a fact, however often it is sent: the same for each try and each replay. Not the same for
 * another URL, whose receiver knows nothing of it.
 */
export const webhookId = ({ order, fact }: Pick<Delivery, "order" | "fact">, url: string): string =>
  `msg_${createHash("sha256")
    .update(JSON.stringify([order, fact, url]))
    .digest("hex")
    .slice(0, 32)}`;

/** @throws {NotFound} */
export async function getDelivery(ref: CallbackRef, id: string): Promise<Delivery> {
  const delivery = isUlid(id) && (await findRow(Delivery, configuration.ordersTable, deliveryKey(ref, id)));
  if (!delivery) throw new NotFound();
  return delivery;
}

const Place = v.pipe(v.string(), v.check(isUlid));

/** What a callback was told, and is to be told, newest first. */
export async function listDeliveries(
  ref: CallbackRef,
  { limit, next }: { limit: number; next: string | undefined },
): Promise<Paginated<Delivery>> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: configuration.ordersTable,
      KeyConditionExpression: "pk = :callback AND begins_with(sk, :delivery)",
      ExpressionAttributeValues: { ":callback": deliveryKey(ref, "").pk, ":delivery": OUTBOX_PREFIX },
      ScanIndexForward: false,
      // One more tells whether there is a next page. A row is too small for a page to end before.
      Limit: limit + 1,
      ...(next !== undefined && { ExclusiveStartKey: deliveryKey(ref, fromCursor(next, Place)) }),
    }),
  );
  const data = v.parse(v.array(Delivery), Items.slice(0, limit));
  const last = data.at(-1);
  return { data, next: Items.length > limit && last ? toCursor(last.id) : null };
}

/** A delivery as programs see it. */
export type DeliveryJson = v.InferOutput<typeof DeliveryJson>;
export const DeliveryJson = v.object({
  id: v.pipe(v.string(), v.description("A ULID.")),
  type: v.string(),
  order: v.pipe(v.nullable(v.string()), v.description("Null of a test.")),
  marketplace: v.nullable(v.string()),
  at: v.pipe(IsoTime, v.description("When it happened.")),
  status: v.pipe(
    DeliveryStatus,
    v.description(
      "`waiting` and `retrying` go on by themselves; `dead` was given up; `replayed` has another in its place.",
    ),
  ),
  next_try_at: v.nullable(IsoTime),
  webhook_id: v.pipe(
    v.nullable(v.string()),
    v.description(
      "By which the receiver at the callback's URL knows the fact; null where there is none any more.",
    ),
  ),
  tries: v.pipe(
    v.array(
      v.object({
        at: IsoTime,
        ms: Count,
        status: v.pipe(v.nullable(v.number()), v.description("What the receiver answered.")),
        error: v.pipe(
          v.nullable(v.string()),
          v.description(
            "What was in the way: `timeout`, `address_refused`, or a code of Node's, such as `ECONNREFUSED`.",
          ),
        ),
      }),
    ),
    v.description("The last 20, oldest first."),
  ),
});

/** @param url of the callback as it is now */
export function presentDelivery(delivery: Delivery, url: string | undefined): DeliveryJson {
  const { id, topic, order, marketplace, at, outbox_at, log = [] } = delivery;
  const status = deliveryStatus(delivery);
  return {
    id,
    type: topic,
    order: order || null,
    marketplace: marketplace || null,
    at,
    status,
    next_try_at: status === "retrying" ? (outbox_at ?? null) : null,
    webhook_id: url === undefined ? null : webhookId(delivery, url),
    tries: log.map(({ at, ms, status, error }) => ({ at, ms, status: status ?? null, error: error ?? null })),
  };
}

import * as v from "valibot";
import { limitConcurrency } from "../async/limit_concurrency.ts";
import { buyerKey } from "../buyers/buyer_key.ts";
import type { ErasedBuyer } from "../buyers/erased_buyer.ts";
import { configuration } from "../configuration.ts";
import { OUTBOX_PREFIX } from "../dynamodb/keys.ts";
import { allRows } from "../dynamodb/pages.ts";
import { httpError } from "../errors.ts";
import { Count, IsoTime } from "../http/answer_fields.ts";
import type { Order } from "../orders/order.ts";
import { eachOrderOfBuyer } from "../orders/orders_of_buyer.ts";
import { isSettled } from "../orders/pending_orders.ts";
import { OutboxRow } from "../outbox/outbox_row.ts";
import { findUtilityAndErased } from "../utilities/find_utility_of_space.ts";

/** Orders whose mails are read at the same time. */
const AT_ONCE = 8;

export type ErasurePreview = v.InferOutput<typeof ErasurePreview>;
export const ErasurePreview = v.object({
  orders: v.pipe(Count, v.description("Orders that have this buyer, and will not.")),
  unsettled: v.pipe(
    Count,
    v.description("How many of them are not paid or not settled yet: their payments are not affected."),
  ),
  mails: v.pipe(Count, v.description("Mails to the buyer that wait to be sent, and will not be.")),
});

export type ErasureJson = v.InferOutput<typeof ErasureJson>;
export const ErasureJson = v.object({
  buyer: v.pipe(v.string(), v.description("What the buyer is known by: a keyed hash of their address.")),
  erased_at: v.pipe(IsoTime, v.description("What they bought until then is erased.")),
  done_at: v.pipe(
    v.nullable(IsoTime),
    v.description("When nothing was left to find; null while it is looked for, every ten minutes."),
  ),
});

export type ErasuresJson = v.InferOutput<typeof ErasuresJson>;
export const ErasuresJson = v.object({
  data: v.pipe(v.array(ErasureJson), v.description("Whom the Space has erased: the newest 100.")),
  preview: v.pipe(
    v.nullable(ErasurePreview),
    v.description("What erasing the buyer of this `email` comes to; null where none is asked about."),
  ),
});

/** As many erasures as a list has. */
const MAX_LISTED = 100;

export const presentErasure = ({ buyer_key, erased_at, done_at }: ErasedBuyer): ErasureJson => ({
  buyer: buyer_key,
  erased_at,
  done_at: done_at ?? null,
});

/** Whom a Space has erased, and what erasing the buyer of an address would come to. Nothing is changed. */
export async function previewErasure(space: string, email: string | undefined): Promise<ErasuresJson> {
  const { utility, erased } = await findUtilityAndErased(space);
  const secret = utility?.buyer_secret;
  if (email !== undefined && !secret) throw httpError("no_api_token");
  return {
    data: erased
      .toSorted((one, other) => (one.erased_at < other.erased_at ? 1 : -1))
      .slice(0, MAX_LISTED)
      .map(presentErasure),
    preview: email !== undefined && secret ? await previewOf(buyerKey(secret, email)) : null,
  };
}

async function previewOf(buyer_key: string): Promise<ErasurePreview> {
  const orders = await ordersToErase(buyer_key);
  const inTurn = limitConcurrency(AT_ONCE);
  const waiting = await Promise.all(orders.map((order) => inTurn(() => waitingMails(order))));
  return {
    orders: orders.length,
    unsettled: orders.filter((order) => !isSettled(order)).length,
    mails: waiting.reduce((sum, count) => sum + count, 0),
  };
}

/** Those of a buyer that have not been erased. */
export async function ordersToErase(buyer_key: string): Promise<Order[]> {
  const orders: Order[] = [];
  for await (const some of eachOrderOfBuyer(buyer_key))
    orders.push(...some.filter(({ buyer_erased_at }) => buyer_erased_at === undefined));
  return orders;
}

async function waitingMails({ marketplace, id }: Order): Promise<number> {
  const rows = await allRows({
    TableName: configuration.ordersTable,
    KeyConditionExpression: "pk = :marketplace AND begins_with(sk, :outbox)",
    ExpressionAttributeValues: { ":marketplace": marketplace, ":outbox": `${OUTBOX_PREFIX}${id}#` },
  });
  return v
    .parse(v.array(OutboxRow), rows)
    .filter(({ channel, outbox_at }) => channel === "buyer" && outbox_at !== undefined).length;
}

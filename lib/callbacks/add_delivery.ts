import { ulid } from "ulid";
import * as v from "valibot";
import { auditPut } from "../audit/audit.ts";
import { after, iso, now, toSeconds } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { deliveryKey } from "../dynamodb/keys.ts";
import { type Item, transact } from "../dynamodb/transact.ts";
import { httpError, NotFound } from "../errors.ts";
import { KEEP_MS } from "../outbox/finish_row.ts";
import { outboxPut } from "../outbox/outbox_puts.ts";
import { findCallback } from "./callback.ts";
import type { CallbackOwner } from "./callback_owner.ts";
import { Delivery, getDelivery } from "./delivery.ts";

type Added = { delivery: Delivery; url: string };

/** Has a callback called with no Order: whether its receiver is there, and takes what signs it. @throws as below */
export async function addTest(owner: CallbackOwner, actor: string): Promise<Added> {
  const fact = {
    topic: "callback.test",
    fact: ulid(),
    at: iso(now()),
    order: "",
    marketplace: owner.marketplace ?? "",
  } as const;
  return await add(owner, fact, actor, `tested the callback of ${owner.name}`);
}

/**
 * Has a callback called again with a fact, whatever became of it: as a delivery of its own, with the same `webhook-id`. Of
 * the one before, nothing more is tried.
 * @throws {NotFound} where there is none; {HttpError} 409 `callback_switched_off`, `changed_meanwhile`
 */
export async function replayDelivery(owner: CallbackOwner, id: string, actor: string): Promise<Added> {
  const before = await getDelivery(owner, id);
  const end = before.outbox_at
    ? [
        {
          Update: {
            TableName: configuration.ordersTable,
            Key: deliveryKey(owner, id),
            UpdateExpression: "SET #error = :error, expires_at_s = :expires REMOVE outbox_shard, outbox_at",
            ConditionExpression: "outbox_at = :seen",
            ExpressionAttributeNames: { "#error": "error" },
            ExpressionAttributeValues: {
              ":error": "replayed",
              ":expires": toSeconds(after(now(), KEEP_MS)),
              ":seen": before.outbox_at,
            },
          },
        },
      ]
    : [];
  return await add(owner, before, actor, `replayed ${before.topic} to the callback of ${owner.name}`, end);
}

type CalledFact = Pick<Delivery, "topic" | "fact" | "at" | "order" | "marketplace"> &
  Partial<Pick<Delivery, "room">>;

async function add(
  owner: CallbackOwner,
  { topic, fact, at, order, marketplace, room }: CalledFact,
  actor: string,
  what: string,
  items: Item[] = [],
): Promise<Added> {
  const { callback } = (await findCallback(owner)) ?? {};
  if (!callback) throw new NotFound();
  if (callback.switched_off_at) throw httpError("callback_switched_off");
  const subject = { id: order, space: owner.space, room, marketplace };
  const put = outboxPut(
    subject,
    { topic, fact, at },
    owner.marketplace ? "marketplace_callback" : "space_callback",
  );
  if (!(await transact([put, ...items, auditPut(owner.space, actor, what)])))
    throw httpError("changed_meanwhile");
  return { delivery: v.parse(Delivery, put.Put.Item), url: callback.url };
}

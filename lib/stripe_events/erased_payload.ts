import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { namesErased } from "../buyers/addresses.ts";
import type { Buyers } from "../buyers/buyers.ts";
import { fromSeconds, iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { ifCondition } from "../dynamodb/conditional.ts";
import { eventKey } from "../dynamodb/keys.ts";
import { describeError, log } from "../log.ts";
import { findOrder } from "../orders/find_order.ts";
import { findOrderOfIntent } from "../orders/find_order_of_intent.ts";
import type { Order } from "../orders/order.ts";
import { unpackPayload } from "./payload/payload.ts";
import type { StoredEvent } from "./stored_event.ts";

const Id = v.fallback(v.optional(v.string()), undefined);
/** What an object of Stripe's says that it is of; charges, refunds, disputes, reviews and fraud warnings do. */
const Payload = v.fallback(
  v.object({ data: v.object({ object: v.object({ payment_intent: Id, charge: Id }) }) }),
  { data: { object: {} } },
);

type Said = { whole: unknown; object: v.InferOutput<typeof Payload>["data"]["object"] };

/** What a payload says; undefined where there is none, or it cannot be read. */
function saidBy(event: StoredEvent): Said | undefined {
  const { space, id, payload } = event;
  if (!payload) return undefined;
  try {
    const whole: unknown = JSON.parse(unpackPayload(payload, event).toString("utf8"));
    return { whole, object: v.parse(Payload, whole).data.object };
  } catch (error) {
    log.error("a payload could not be looked through", { space, event: id, ...describeError(error) });
    return undefined;
  }
}

/**
 * Whether a payload has the address of a buyer whom the Space has erased. One of afterwards that is of an Order is judged by
 * that alone: they may have bought again.
 */
function namesBuyer(
  whole: unknown,
  created: number,
  isOfOrder: boolean,
  { secret, erased }: Buyers,
): boolean {
  if (!secret) return false;
  const made = iso(fromSeconds(created));
  const isErased = (buyer_key: string): boolean => {
    const erased_at = erased.get(buyer_key);
    return erased_at !== undefined && (made <= erased_at || !isOfOrder);
  };
  return namesErased(whole, { secret, isErased });
}

/** What an erased buyer's Orders are called: by us, and by Stripe. */
export type Theirs = ReadonlySet<string>;

/** Whether a stored event's payload is of a buyer whom the Space has erased: it has their address, or is of `theirs`. */
export function isOfErased(event: StoredEvent, buyers: Buyers, theirs: Theirs): boolean {
  const { payload, order, object, created } = event;
  const isTheirs = (name: string | undefined): boolean => name !== undefined && theirs.has(name);
  if (payload && [order, object].some(isTheirs)) return true;
  const said = saidBy(event);
  if (!said) return false;
  const { payment_intent, charge } = said.object;
  return (
    [payment_intent, charge].some(isTheirs) || namesBuyer(said.whole, created, order !== undefined, buyers)
  );
}

/**
 * Whether a run that has ended leaves a payload behind that is of an erased buyer, however late the event came, and be there
 * no handler for it. What names a charge and has a person in it names its intent, too, which leads to its Order. No table is
 * read for a Space that has erased nobody.
 */
export async function isOfErasedBuyer(event: StoredEvent, buyers: Buyers): Promise<boolean> {
  const said = buyers.erased.size > 0 ? saidBy(event) : undefined;
  if (!said) return false;
  const order = await findOrderOf(event, said);
  if (order?.buyer_erased_at) return true;
  return namesBuyer(said.whole, event.created, order !== undefined, buyers);
}

async function findOrderOf(event: StoredEvent, said: Said): Promise<Order | undefined> {
  const { space, marketplace, order, object } = event;
  const known = marketplace && order ? await findOrder(marketplace, order) : undefined;
  if (known) return known;
  const intent = [object, said.object.payment_intent].find((id) => id?.startsWith("pi_"));
  return intent ? await findOrderOfIntent(intent, space) : undefined;
}

/** Takes what Stripe sent out of an event's row; what became of the event stays. @returns whether it was there still */
export async function erasePayload({ space, id }: StoredEvent): Promise<boolean> {
  const erased = await ifCondition(
    dynamodb.send(
      new UpdateCommand({
        TableName: configuration.eventsTable,
        Key: eventKey(space, id),
        UpdateExpression: "SET erased_at = :now REMOVE payload",
        ConditionExpression: "attribute_exists(payload)",
        ExpressionAttributeValues: { ":now": iso(now()) },
      }),
    ),
  );
  return erased !== undefined;
}

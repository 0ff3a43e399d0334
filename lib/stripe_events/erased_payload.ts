import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { namesErased } from "../buyers/addresses.ts";
import type { Buyers } from "../buyers/buyers.ts";
import { fromSeconds, iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { ifCondition } from "../dynamodb/conditional.ts";
import { eventKey } from "../dynamodb/keys.ts";
import { describeError, log } from "../log.ts";
import { findOrder } from "../orders/find_order.ts";
import { unpackPayload } from "./payload/payload.ts";
import type { StoredEvent } from "./stored_event.ts";

/**
 * Whether an event's payload names a buyer whom its Space has erased. One of afterwards that is of an Order is judged by that
 * alone: they may have bought again.
 */
export function namesErasedBuyer(event: StoredEvent, { secret, erased }: Buyers): boolean {
  const { space, id, created, order, payload } = event;
  if (!secret || erased.size === 0 || !payload) return false;
  const made = iso(fromSeconds(created));
  const isErased = (buyer_key: string): boolean => {
    const erased_at = erased.get(buyer_key);
    return erased_at !== undefined && (made <= erased_at || order === undefined);
  };
  try {
    return namesErased(JSON.parse(unpackPayload(payload, event).toString("utf8")), { secret, isErased });
  } catch (error) {
    log.error("a payload could not be looked through", { space, event: id, ...describeError(error) });
    return false;
  }
}

/** Whether a run that has ended leaves a payload behind that is of an erased buyer, however late the event came. */
export async function isOfErasedBuyer(event: StoredEvent, buyers: Buyers): Promise<boolean> {
  if (buyers.erased.size === 0 || !event.payload) return false;
  if (namesErasedBuyer(event, buyers)) return true;
  const { marketplace, order } = event;
  const theirs = marketplace && order ? await findOrder(marketplace, order) : undefined;
  return theirs?.buyer_erased_at !== undefined;
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

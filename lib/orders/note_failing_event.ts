import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { ifCondition } from "../dynamodb/conditional.ts";
import { orderKey } from "../dynamodb/keys.ts";
import { describeError, log } from "../log.ts";

/** An event that failed, and the Order that it says it is of. */
type FailingEvent = {
  space: string;
  /** `evt_…` */
  id: string;
  marketplace?: string | undefined;
  order?: string | undefined;
  /** The id of the event's object. */
  object?: string | undefined;
};

/**
 * Leads from an Order to the event that failed to bring it further. Only where the event's object is the Order's own
 * Checkout Session, by our record of it: what the event says of itself is no proof. A table that does not take the note
 * is no further trouble of the event's; its next failure notes it again.
 */
export async function noteFailingEvent({
  space,
  id,
  marketplace,
  order,
  object,
}: FailingEvent): Promise<void> {
  if (!marketplace || !order || !object) return;
  try {
    await ifCondition(
      dynamodb.send(
        new UpdateCommand({
          TableName: configuration.ordersTable,
          Key: orderKey(marketplace, order),
          UpdateExpression: "SET failing_event = :event",
          ConditionExpression: "#space = :space AND checkout_session = :object",
          ExpressionAttributeNames: { "#space": "space" },
          ExpressionAttributeValues: { ":event": id, ":space": space, ":object": object },
        }),
      ),
    );
  } catch (error) {
    log.warn("an Order could not be told of its failing event", { order, ...describeError(error) });
  }
}

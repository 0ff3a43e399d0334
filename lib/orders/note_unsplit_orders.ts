import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { limitConcurrency } from "../async/limit_concurrency.ts";
import { iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { ifCondition } from "../dynamodb/conditional.ts";
import { orderKey } from "../dynamodb/keys.ts";
import type { Order } from "./order.ts";
import { unsplitOrders } from "./pending_orders.ts";
import { splitOf } from "./split.ts";

const AT_ONCE = 16;

/**
 * Puts what was paid before shares were sent from here among what needs somebody. Stripe is not asked, and nothing moves: a
 * member says of each whether the share is to be sent.
 */
export async function noteUnsplitOrders(marketplace: string): Promise<void> {
  const inTurn = limitConcurrency(AT_ONCE);
  const orders = await unsplitOrders(marketplace);
  await Promise.all(orders.map((order) => inTurn(() => note(order))));
}

/** Unless somebody has looked at it meanwhile. */
const note = (order: Order): Promise<unknown> =>
  ifCondition(
    dynamodb.send(
      new UpdateCommand({
        TableName: configuration.ordersTable,
        Key: orderKey(order.marketplace, order.id),
        UpdateExpression: "SET #split = :split, attention_since = :now",
        ConditionExpression: "attribute_exists(pk) AND attribute_not_exists(#split)",
        ExpressionAttributeNames: { "#split": "split" },
        ExpressionAttributeValues: { ":split": splitOf(order), ":now": iso(now()) },
      }),
    ),
  );

import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { withoutErased } from "../buyers/addresses.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { ifCondition } from "../dynamodb/conditional.ts";
import { OUTBOX_PREFIX, orderKey, timelinePrefix } from "../dynamodb/keys.ts";
import { allRows } from "../dynamodb/pages.ts";
import type { Order, OrderLine } from "../orders/order.ts";

/** Whose Orders are erased: what they are known by, when it was asked for (ISO 8601), and the secret of their Space. */
export type Erasing = { secret: string; buyer_key: string; erased_at: string };

/**
 * Takes a buyer out of their Order: the address, and the notes of its lines; and out of what its timeline and its mails tell.
 * Amounts, Stripe's ids and the ledger stay. The Order itself comes last: until then, and while it has the key, the index
 * finds it, and what was cut off is done again.
 * @param forGood also takes the key: nothing can bring the buyer back any more
 */
export async function eraseOrder(order: Order, erasing: Erasing, forGood: boolean): Promise<void> {
  const { secret, buyer_key, erased_at } = erasing;
  const whose = { secret, isErased: (key: string) => key === buyer_key };
  for (const prefix of [timelinePrefix(order.id), `${OUTBOX_PREFIX}${order.id}#`])
    await eraseTold(order.marketplace, prefix, (text) => withoutErased(text, whose));
  if (!forGood && order.buyer_erased_at && !order.buyer_email) return;
  const hasNotes = order.lines?.some(({ note }) => note !== undefined);
  await ifCondition(
    dynamodb.send(
      new UpdateCommand({
        TableName: configuration.ordersTable,
        Key: orderKey(order.marketplace, order.id),
        UpdateExpression: [
          `SET buyer_erased_at = :at${hasNotes ? ", #lines = :lines" : ""}`,
          `REMOVE buyer_email${forGood ? ", buyer_key" : ""}`,
        ].join(" "),
        ConditionExpression: "buyer_key = :key",
        ...(hasNotes && { ExpressionAttributeNames: { "#lines": "lines" } }),
        ExpressionAttributeValues: {
          ":at": erased_at,
          ":key": buyer_key,
          ...(hasNotes && { ":lines": order.lines?.map(withoutNote) }),
        },
      }),
    ),
  );
}

const withoutNote = ({ name, unit_amount, quantity }: OrderLine): OrderLine => ({
  name,
  unit_amount,
  quantity,
});

/** What a row of the timeline tells, and whom a mail was sent to. */
const Told = v.object({
  pk: v.string(),
  sk: v.string(),
  detail: v.optional(v.string()),
  told: v.optional(v.array(v.string())),
  refused: v.optional(v.array(v.string())),
});

async function eraseTold(
  marketplace: string,
  prefix: string,
  erased: (text: string) => string,
): Promise<void> {
  const rows = await allRows({
    TableName: configuration.ordersTable,
    KeyConditionExpression: "pk = :marketplace AND begins_with(sk, :prefix)",
    ExpressionAttributeValues: { ":marketplace": marketplace, ":prefix": prefix },
    ConsistentRead: true,
  });
  for (const { pk, sk, ...texts } of v.parse(v.array(Told), rows)) {
    const changed = Object.entries(texts).flatMap(([name, text = ""]) => {
      const left = Array.isArray(text) ? text.map(erased) : erased(text);
      return String(left) === String(text) ? [] : [[name, left] as const];
    });
    if (changed.length === 0) continue;
    await ifCondition(
      dynamodb.send(
        new UpdateCommand({
          TableName: configuration.ordersTable,
          Key: { pk, sk },
          UpdateExpression: `SET ${changed.map(([name]) => `#${name} = :${name}`).join(", ")}`,
          ConditionExpression: "attribute_exists(pk)",
          ExpressionAttributeNames: Object.fromEntries(changed.map(([name]) => [`#${name}`, name])),
          ExpressionAttributeValues: Object.fromEntries(changed.map(([name, text]) => [`:${name}`, text])),
        }),
      ),
    );
  }
}

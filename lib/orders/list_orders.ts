import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { decodeTime, ulid } from "ulid";
import * as v from "valibot";
import { iso } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { fromCursor, toCursor } from "../dynamodb/cursor.ts";
import { ORDER_PREFIX, orderKey } from "../dynamodb/keys.ts";
import { ValidationError } from "../errors.ts";
import type { Searched } from "../http/pagination.ts";
import { BEFORE_FROM, isInOrder, TIME_SPAN } from "../http/time_span.ts";
import { isUlid } from "../ids.ts";
import { ORDER_STATUSES, Order } from "./order.ts";
import { orderNumber, parseOrderNumber } from "./order_number.ts";
import { SPLIT_STATUSES, splitOf } from "./split.ts";

const Place = v.pipe(v.string(), v.check(isUlid));

/** How many Orders one call looks through to find those that are asked for, so many at a time; `next` goes on from there. */
const MAX_READS = 10;
const READ = 100;

/** Which Orders of a Marketplace are meant: all that is given holds of each. A time is that of the Order's id, when it was placed. */
export type OrderFilter = v.InferOutput<typeof OrderFilter>;
export const OrderFilter = v.pipe(
  v.object({
    status: v.optional(v.picklist(ORDER_STATUSES, `must be one of ${ORDER_STATUSES.join(", ")}`)),
    number: v.optional(
      v.pipe(
        v.string(),
        v.transform(parseOrderNumber),
        v.string("must be an Order's number, such as `7K3F-92QD`"),
      ),
    ),
    split: v.optional(v.picklist(SPLIT_STATUSES, `must be one of ${SPLIT_STATUSES.join(", ")}`)),
    ...TIME_SPAN,
  }),
  v.forward(
    v.check((span) => isInOrder(span), BEFORE_FROM),
    ["to"],
  ),
);

const isMeant = ({ number, status, split }: OrderFilter, order: Order): boolean =>
  (number === undefined || orderNumber(order.id) === number) &&
  (status === undefined || order.status === status) &&
  (split === undefined || splitOf(order).status === split);

/**
 * A Marketplace's Orders, newest first; as the filter says, if asked. A time is a condition on their keys. By how they stand
 * they are looked through, so many a call: an index would cost each change of an Order a write unit. A page ends early at 1 MB
 * of them, where DynamoDB's does.
 */
export async function listOrders(
  marketplace: string,
  { limit, next, filter = {} }: { limit: number; next: string | undefined; filter?: OrderFilter },
): Promise<Searched<Order>> {
  const { number, status, split } = filter;
  const isLookedThrough = [number, status, split].some((each) => each !== undefined);
  const data: Order[] = [];
  let after = next === undefined ? undefined : fromCursor(next, Place);
  let searched_to: string | undefined;
  for (let reads = 0; reads < (isLookedThrough ? MAX_READS : 1); reads++) {
    const { orders, more } = await readOrders(marketplace, filter, isLookedThrough ? READ : limit, after);
    for (const order of orders) {
      if (isMeant(filter, order)) data.push(order);
      after = order.id;
      searched_to = iso(new Date(decodeTime(order.id)));
      if (data.length === limit)
        return { data, next: more || order !== orders.at(-1) ? toCursor(after) : null };
    }
    if (!more) return { data, next: null };
  }
  return {
    data,
    next: after === undefined ? null : toCursor(after),
    ...(isLookedThrough && searched_to && { searched_to }),
  };
}

async function readOrders(
  marketplace: string,
  { from, to }: OrderFilter,
  limit: number,
  after: string | undefined,
) {
  const [first, last] = [from === undefined ? "" : timeOf(from), to === undefined ? PAST : timeOf(to) + PAST];
  // DynamoDB refuses to begin outside of what it is asked for.
  if (after !== undefined && (after < first || after > last))
    throw new ValidationError({ next: "is not what an earlier page of this list answered" });
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      TableName: configuration.ordersTable,
      KeyConditionExpression: "pk = :marketplace AND sk BETWEEN :first AND :last",
      ExpressionAttributeValues: {
        ":marketplace": marketplace,
        ":first": ORDER_PREFIX + first,
        ":last": ORDER_PREFIX + last,
      },
      ScanIndexForward: false,
      // One more tells whether there is a next page.
      Limit: limit + 1,
      ...(after !== undefined && { ExclusiveStartKey: orderKey(marketplace, after) }),
    }),
  );
  const orders = v.parse(v.array(Order), Items.slice(0, limit));
  return { orders, more: LastEvaluatedKey !== undefined || Items.length > limit };
}

/** Sorts after whatever an id may go on with. */
const PAST = "~";

/** How the id of an Order begins that was placed in this ms ("ULID": the first ten letters are its time; `ulid` takes 0 for now). */
const timeOf = (ms: number): string => ulid(Math.max(1, ms)).slice(0, 10);

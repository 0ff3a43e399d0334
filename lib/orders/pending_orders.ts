import { ulid } from "ulid";
import * as v from "valibot";
import { after, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { ORDER_PREFIX } from "../dynamodb/keys.ts";
import { pages } from "../dynamodb/pages.ts";
import { Order, type OrderStatus } from "./order.ts";
import type { Split } from "./split.ts";

/** A Checkout Session is open for a day, and a bank's debit takes two weeks at most; in ms. */
const LOOK_BACK_MS = 30 * 24 * 60 * 60_000;

/** `ulid` takes 0 for no time at all. */
const SINCE_EVER = new Date(1);

/** What a list of pending Orders shows of them. */
const MAX_SHOWN = 100;

/** Orders that Stripe's events have yet to finish: nobody paid yet, or a bank has not. */
export const UNFINISHED: OrderStatus[] = ["open", "awaiting_payment"];

/** How a split stands where the Vendor holds what they should. */
const SETTLED: Split["status"][] = ["done", "nothing_due"];

/** Whether nothing more becomes of an Order by itself: it is over unpaid, or the Vendor holds what they should. */
export const isSettled = ({ status, split }: Order): boolean =>
  status === "paid" ? split !== undefined && SETTLED.includes(split.status) : !UNFINISHED.includes(status);

type Reach = { since?: Date; max?: number };

/** The Marketplace's Orders that have one of these statuses, newest first; of the last 30 days and at most 100, unless told. */
export const pendingOrders = async (
  marketplace: string,
  statuses: OrderStatus[],
  reach?: Reach,
): Promise<Order[]> => {
  const { names, values } = listed("status", statuses);
  return await ordersThat(marketplace, `#status IN (${names})`, values, {}, reach);
};

/** Those with money of the Vendor's in them: not finished, or paid while the Vendor's share is not where it belongs. */
export const unsettledOrders = async (marketplace: string): Promise<Order[]> => {
  const unfinished = listed("status", UNFINISHED);
  const settled = listed("settled", SETTLED);
  return await ordersThat(
    marketplace,
    `#status IN (${unfinished.names}) OR (#status = :paid AND NOT #split.#status IN (${settled.names}))`,
    { ...unfinished.values, ...settled.values, ":paid": "paid" },
    { "#split": "split" },
  );
};

/** Those that were paid before shares were sent from here, and that nobody has looked at since, of any age. */
export const unsplitOrders = async (marketplace: string): Promise<Order[]> =>
  await ordersThat(
    marketplace,
    "#status = :paid AND attribute_not_exists(#split)",
    { ":paid": "paid" },
    { "#split": "split" },
    { since: SINCE_EVER, max: Number.POSITIVE_INFINITY },
  );

/** For a condition: `:status0, :status1`, and what they stand for. */
const listed = (name: string, all: string[]) => ({
  names: all.map((_, index) => `:${name}${index}`).join(", "),
  values: Object.fromEntries(all.map((each, index) => [`:${name}${index}`, each])),
});

/** @param names of the condition, besides `#status` */
async function ordersThat(
  marketplace: string,
  condition: string,
  values: Record<string, string>,
  names: Record<string, string>,
  { since = after(now(), -LOOK_BACK_MS), max = MAX_SHOWN }: Reach = {},
): Promise<Order[]> {
  const orders: Order[] = [];
  const oldest = ulid(since.getTime()).slice(0, 10);
  for await (const rows of pages({
    TableName: configuration.ordersTable,
    KeyConditionExpression: "pk = :marketplace AND sk BETWEEN :oldest AND :newest",
    FilterExpression: condition,
    ExpressionAttributeNames: { "#status": "status", ...names },
    ExpressionAttributeValues: {
      ":marketplace": marketplace,
      ":oldest": `${ORDER_PREFIX}${oldest}`,
      ":newest": `${ORDER_PREFIX}~`,
      ...values,
    },
    ScanIndexForward: false,
  })) {
    orders.push(...v.parse(v.array(Order), rows));
    if (orders.length >= max) break;
  }
  return orders.slice(0, max);
}

import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { configuration } from "../../lib/configuration.ts";
import { dynamodb } from "../../lib/dynamodb/client.ts";
import {
  factPrefix,
  movementKey,
  movementPrefix,
  orderKey,
  paymentIntentKey,
} from "../../lib/dynamodb/keys.ts";
import type { Order } from "../../lib/orders/order.ts";

type Place = Pick<Order, "marketplace" | "id">;
type Row = Record<string, unknown>;

const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();

export async function orderRow({ marketplace, id }: Place): Promise<Row> {
  const { Item } = await dynamodb.send(
    new GetCommand({
      TableName: configuration.ordersTable,
      Key: orderKey(marketplace, id),
      ConsistentRead: true,
    }),
  );
  if (!Item) throw new Error("there is no such Order");
  return Item;
}

/** The rows of an Order's ledger, as the table has them. */
export async function factRows({ marketplace, id }: Place): Promise<Row[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: configuration.ordersTable,
      KeyConditionExpression: "pk = :marketplace AND begins_with(sk, :fact)",
      ExpressionAttributeValues: { ":marketplace": marketplace, ":fact": factPrefix(id) },
      ConsistentRead: true,
    }),
  );
  return Items;
}

/** Writes a row over whatever is there, as nothing of the product would. */
export const forgeRow = async (Item: Row): Promise<unknown> =>
  await dynamodb.send(new PutCommand({ TableName: configuration.ordersTable, Item }));

export const loseRow = async ({ pk, sk }: Row): Promise<unknown> =>
  await dynamodb.send(new DeleteCommand({ TableName: configuration.ordersTable, Key: { pk, sk } }));

async function movementRows({ marketplace, id }: Place): Promise<Row[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: configuration.ordersTable,
      KeyConditionExpression: "pk = :marketplace AND begins_with(sk, :movement)",
      ExpressionAttributeValues: { ":marketplace": marketplace, ":movement": movementPrefix(id) },
      ConsistentRead: true,
    }),
  );
  return Items;
}

/** Loses all there is of an Order, as where an older table is restored. */
export async function loseOrder({ marketplace, id }: Place): Promise<void> {
  const { payment_intent } = await orderRow({ marketplace, id });
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: configuration.ordersTable,
      KeyConditionExpression: "pk = :marketplace",
      ExpressionAttributeValues: { ":marketplace": marketplace },
      ConsistentRead: true,
    }),
  );
  for (const row of Items) if (String(row.sk).includes(id)) await loseRow(row);
  if (payment_intent) await loseRow(paymentIntentKey(String(payment_intent)));
}

/** A backup of an Order and its movements. @returns what restores it */
export async function backUp(order: Place): Promise<() => Promise<void>> {
  const rows = [await orderRow(order), ...(await movementRows(order))];
  return async () => {
    const TableName = configuration.ordersTable;
    for (const { pk, sk } of await movementRows(order))
      await dynamodb.send(new DeleteCommand({ TableName, Key: { pk, sk } }));
    for (const Item of rows) await dynamodb.send(new PutCommand({ TableName, Item }));
  };
}

/** Changes attributes of the Order's row; what is `undefined` goes. */
export async function changeOrder(order: Place, changes: Row): Promise<void> {
  const row = { ...(await orderRow(order)), ...changes };
  const Item = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
  await dynamodb.send(new PutCommand({ TableName: configuration.ordersTable, Item }));
}

/** Lets the time pass after which the Order is due: its run was cut off and its lease is over, or its wait is. */
export async function orderIsDue(order: Place): Promise<void> {
  const { lease_until } = await orderRow(order);
  await changeOrder(order, {
    due_at: ago(1_000),
    ...(lease_until !== undefined && { lease_until: ago(1_000) }),
  });
}

/** Lets the time pass since a movement was written down, and since Stripe was asked for it last; in ms. */
export async function ageMovement({ marketplace, id }: Place, ms: number, seq = 1): Promise<void> {
  await dynamodb.send(
    new UpdateCommand({
      TableName: configuration.ordersTable,
      Key: movementKey(marketplace, id, seq),
      UpdateExpression: "SET #at = :past, last_sent_at = :past",
      ConditionExpression: "attribute_exists(pk)",
      ExpressionAttributeNames: { "#at": "at" },
      ExpressionAttributeValues: { ":past": ago(ms) },
    }),
  );
}

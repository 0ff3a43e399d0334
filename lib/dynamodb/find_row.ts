import { GetCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { dynamodb } from "./client.ts";

/** A row as it is at this moment; undefined where there is none. */
export async function findRow<Schema extends v.GenericSchema>(
  row: Schema,
  table: string,
  key: Record<string, string>,
): Promise<v.InferOutput<Schema> | undefined> {
  const { Item } = await dynamodb.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true }));
  return Item && v.parse(row, Item);
}

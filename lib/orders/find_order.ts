import { configuration } from "../configuration.ts";
import { findRow } from "../dynamodb/find_row.ts";
import { orderKey } from "../dynamodb/keys.ts";
import { isUlid } from "../ids.ts";
import { Order } from "./order.ts";

export async function findOrder(marketplace: string, id: string): Promise<Order | undefined> {
  if (!isUlid(id)) return undefined;
  return await findRow(Order, configuration.ordersTable, orderKey(marketplace, id));
}

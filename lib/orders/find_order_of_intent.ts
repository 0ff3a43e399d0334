import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { findRow } from "../dynamodb/find_row.ts";
import { paymentIntentKey } from "../dynamodb/keys.ts";
import { findOrder } from "./find_order.ts";
import type { Order } from "./order.ts";

const Row = v.object({ marketplace: v.string(), order: v.string() });

/** The Order of this Space that a payment intent (`pi_…`) pays, by our own record of it; undefined where it pays none. */
export async function findOrderOfIntent(intent: string, space: string): Promise<Order | undefined> {
  const row = await findRow(Row, configuration.ordersTable, paymentIntentKey(intent));
  const order = row && (await findOrder(row.marketplace, row.order));
  return order?.space === space && order.payment_intent === intent ? order : undefined;
}

import { configuration } from "../configuration.ts";
import { paymentIntentKey } from "../dynamodb/keys.ts";
import type { Order } from "./order.ts";

/** The part of a transaction that writes which Order an intent (`pi_…`) pays, by which its charges, refunds and disputes find it. */
export const paymentIntentPut = (intent: string, { marketplace, id }: Pick<Order, "marketplace" | "id">) => ({
  Put: {
    TableName: configuration.ordersTable,
    Item: { ...paymentIntentKey(intent), marketplace, order: id },
  },
});

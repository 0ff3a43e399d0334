import * as v from "valibot";
import type { Order } from "../orders/order.ts";
import { OrderJson, presentOrder } from "../orders/present_order.ts";
import { FailingEventJson, failingEventOf } from "./failing_event_of.ts";

/** An Order as programs see it, with what Stripe has told of it that could not be followed yet. */
export type WholeOrderJson = v.InferOutput<typeof WholeOrderJson>;
export const WholeOrderJson = v.object({ ...OrderJson.entries, failing_event: v.nullable(FailingEventJson) });

export const presentOrderWhole = async (order: Order): Promise<WholeOrderJson> => ({
  ...(await presentOrder(order)),
  failing_event: await failingEventOf(order),
});

import * as v from "valibot";
import type { CallbackRef } from "../dynamodb/keys.ts";
import { IsoTime, listOf } from "../http/answer_fields.ts";
import { findCallback } from "./callback.ts";
import { DeliveryJson, listDeliveries, presentDelivery } from "./delivery.ts";

/** A callback as programs see it, with what became of its calls. */
export type CallbackJson = v.InferOutput<typeof CallbackJson>;
export const CallbackJson = v.object({
  url: v.pipe(v.nullable(v.string()), v.description("Null where there is no callback.")),
  switched_off_at: v.pipe(
    v.nullable(IsoTime),
    v.description("When the receiver answered 410; it is called again once its URL is saved again."),
  ),
  failing_since: v.pipe(v.nullable(IsoTime), v.description("Since when no call has succeeded.")),
  callback_secrets: v.pipe(
    v.array(v.object({ secret: v.string(), made_at: IsoTime })),
    v.description("Masked. Each call is signed with all of them."),
  ),
  deliveries: listOf(DeliveryJson),
});

export async function presentCallback(
  ref: CallbackRef,
  pagination: { limit: number; next: string | undefined } = { limit: 50, next: undefined },
): Promise<CallbackJson> {
  const [found, deliveries] = await Promise.all([findCallback(ref), listDeliveries(ref, pagination)]);
  const { callback, secrets = [] } = found ?? {};
  return {
    url: callback?.url ?? null,
    switched_off_at: callback?.switched_off_at ?? null,
    failing_since: callback?.failing_since ?? null,
    callback_secrets: secrets.map(({ callback_secret_masked, made_at }) => ({
      secret: callback_secret_masked,
      made_at,
    })),
    deliveries: {
      data: deliveries.data.map((delivery) => presentDelivery(delivery, callback?.url)),
      next: deliveries.next,
    },
  };
}

import * as v from "valibot";
import { notPossible } from "../api/errors.ts";
import { found } from "../api/get_or_throw.ts";
import { mergedMetadata, param, parse } from "../api/params.ts";
import type { Handler } from "../api/request.ts";

const UpdateParams = v.strictObject({
  description: v.optional(param.text(1000)),
  metadata: v.optional(param.metadata, {}),
  transfer_group: v.optional(param.text()),
});

/** https://docs.stripe.com/api/payment_intents/update. All intents here are Checkout's, and Stripe lets nobody change
 *  the `transfer_group` of those (https://github.com/stripe/stripe-java/issues/1031). */
export const updatePaymentIntent: Handler = ({ params, path, scope }, world) => {
  const intent = found(world, "payment_intent", scope, path("id"));
  const { description = intent.description, metadata, transfer_group } = parse(UpdateParams, params);
  if (transfer_group)
    throw notPossible(
      "Some of the parameters you provided (transfer_group) cannot be used when modifying a PaymentIntent that was created by Checkout. You can try again without those parameters.",
    );
  return world.store.update("payment_intent", {
    ...intent,
    description,
    metadata: mergedMetadata(intent.metadata, metadata),
  });
};

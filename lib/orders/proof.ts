import * as v from "valibot";

export const PROOF_STATES = ["ok", "waiting", "off"] as const;

/**
 * Whether an Order comes out to the cent by Stripe's own records, as it was when it was last looked at. `waiting`: something
 * is on its way. `off`: somebody should look, and `detail` says at what.
 */
export type Proof = v.InferOutput<typeof Proof>;
export const Proof = v.object({
  state: v.picklist(PROOF_STATES),
  /** By how much it does not come out, in the smallest unit of the currency that it was settled in; may be negative. */
  difference: v.number(),
  detail: v.optional(v.string()),
  /** ISO 8601 */
  at: v.string(),
});

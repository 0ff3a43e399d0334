import * as v from "valibot";
import type { SecretContext } from "../secrets/seal.ts";

/** A Space's hook-up to its Stripe platform account, as a row of the settings. */
export type StripeUtility = v.InferOutput<typeof StripeUtility>;
export const StripeUtility = v.object({
  space: v.string(),
  /** A UUID that we mint. */
  utility: v.string(),
  name: v.string(),
  /** Sealed; absent until a member saves one. */
  api_token: v.optional(v.string()),
});

export const utilityRow = (utility: string): string => `UTILITY#${utility}`;

export const apiTokenContext = (space: string, utility: string): SecretContext => ({
  space,
  row: utilityRow(utility),
  field: "api_token",
});

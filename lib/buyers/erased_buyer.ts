import * as v from "valibot";
import type { Buyers } from "./buyers.ts";

/** That a buyer was erased: what they are known by, and never their address. It stays for good, so that nothing brings them back. */
export type ErasedBuyer = v.InferOutput<typeof ErasedBuyer>;
export const ErasedBuyer = v.object({
  buyer_key: v.string(),
  /** ISO 8601: what they bought until then is erased. */
  erased_at: v.string(),
  /** ISO 8601; absent until a whole pass that began late enough has found nothing more to come (see lib/erasure). */
  done_at: v.optional(v.string()),
});

export const buyersOf = (secret: string | undefined, erased: readonly ErasedBuyer[]): Buyers => ({
  secret,
  erased: new Map(erased.map(({ buyer_key, erased_at }) => [buyer_key, erased_at])),
});

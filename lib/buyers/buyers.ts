import { buyerKey } from "./buyer_key.ts";

/** How a Space knows its buyers, read along with its Stripe Utility. */
export type Buyers = {
  /** Absent where the Utility was saved before buyers had keys, and not since. */
  secret: string | undefined;
  /** Whom the Space has erased, by their keys, and when (ISO 8601). */
  erased: ReadonlyMap<string, string>;
};

/** What an Order says of its buyer. */
export type Buyer = { buyer_email?: string; buyer_key?: string; buyer_erased_at?: string };

/**
 * What is kept of a buyer who gave this address: where they were erased, only that, however late one hears of the Order. What
 * they buy later is not erased.
 * @param placed_at when the Order was, ISO 8601
 */
export function buyerOf(
  { secret, erased }: Buyers,
  address: string | null | undefined,
  placed_at: string,
): Buyer {
  if (!address) return {};
  if (!secret) return { buyer_email: address };
  const buyer_key = buyerKey(secret, address);
  const buyer_erased_at = erased.get(buyer_key);
  return buyer_erased_at && placed_at <= buyer_erased_at
    ? { buyer_erased_at }
    : { buyer_email: address, buyer_key };
}

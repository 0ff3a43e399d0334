import { buyerKey } from "./buyer_key.ts";

/** How a Space knows its buyers, read along with its Stripe Utility. */
export type Buyers = {
  /** Absent where the Utility was saved before buyers had keys, and not since. */
  secret: string | undefined;
};

/** What an Order says of its buyer. */
export type Buyer = { buyer_email?: string; buyer_key?: string };

/** What is kept of a buyer who gave this address. */
export function buyerOf({ secret }: Buyers, address: string | null | undefined): Buyer {
  if (!address) return {};
  return { buyer_email: address, ...(secret && { buyer_key: buyerKey(secret, address) }) };
}

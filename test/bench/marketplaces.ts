import { createHash } from "node:crypto";

/** A Marketplace of the bench and its webhook secret. The same number is the same Marketplace in every process. */
export type BenchMarketplace = { space: string; room: string; marketplace: string; webhookSecret: string };

/** As one large Distributor may have: the Marketplaces of a Space share its Stripe account. */
export const MARKETPLACES_PER_SPACE = 1_000;

export function marketplaceAt(n: number): BenchMarketplace {
  const hex = createHash("sha256").update(`marketplace ${n}`).digest("hex");
  return {
    space: spaceAt(Math.floor(n / MARKETPLACES_PER_SPACE)).space,
    room: "store",
    marketplace: [
      hex.slice(0, 8),
      hex.slice(8, 12),
      hex.slice(12, 16),
      hex.slice(16, 20),
      hex.slice(20, 32),
    ].join("-"),
    webhookSecret: `whsec_${hex.slice(32)}`,
  };
}

/** A Space, and the secret of the endpoint that the product registers for it. */
export const spaceAt = (n: number): { space: string; webhookSecret: string } => ({
  space: `space-${n}`,
  webhookSecret: `whsec_${createHash("sha256").update(`space ${n}`).digest("hex").slice(32)}`,
});

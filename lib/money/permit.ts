import type { Marketplace } from "../marketplaces/marketplace.ts";
import type { Order } from "../orders/order.ts";
import type { HoldReason } from "../orders/split.ts";

/** Whom an Order's share may be sent to: what the Marketplace is connected to, and what Stripe lets that account do. */
export type Vendor = {
  /** `acct_…`; undefined where the Marketplace is not connected. */
  connected: string | undefined;
  /** The capability of the account of the sale; undefined where Stripe does not show us that account. */
  transfers: string | null | undefined;
};

/** Why the Vendor's share is not to be sent now; undefined where it is. Pure. */
export function transferHold(
  { vendor_account, decisions }: Pick<Order, "vendor_account" | "decisions">,
  { connected, transfers }: Vendor,
): HoldReason | undefined {
  if (!decisions?.pays_account_of_sale) {
    if (!vendor_account || !connected) return "not_connected";
    if (connected !== vendor_account) return "account_changed";
  }
  if (transfers === undefined) return "account_gone";
  return transfers === "active" ? undefined : "transfers_inactive";
}

/**
 * How much of what the Vendor owes can be taken back now, in the settlement currency's smallest unit. Stripe takes it
 * from what the account has available, which automatic payouts keep near zero.
 * @param available of the account; undefined where Stripe does not show it: then Stripe's own answer decides
 */
export const reversible = (owed: number, available: number | undefined): number =>
  available === undefined ? owed : Math.max(0, Math.min(owed, available));

/** What the Marketplace's row says of the account of a sale, as it was read last. */
export const vendorOf = (marketplace: Marketplace | undefined, account: string | undefined): Vendor => ({
  connected: marketplace?.stripe_account,
  transfers:
    marketplace?.stripe_account === account ? marketplace?.stripe_account_facts?.transfers : undefined,
});

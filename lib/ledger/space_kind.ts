import type { SpaceKind } from "./fact.ts";

/** What is nobody's Order by its nature, by Stripe's `reporting_category` (https://docs.stripe.com/reports/reporting-categories). */
const KINDS: Record<string, SpaceKind> = {
  payout: "payout",
  payout_reversal: "payout",
  payout_minimum_balance_hold: "reserve",
  payout_minimum_balance_release: "reserve",
  topup: "top_up",
  topup_reversal: "top_up",
  risk_reserved_funds: "reserve",
  connect_reserved_funds: "reserve",
  payment_network_reserve_hold: "reserve",
  payment_network_reserve_release: "reserve",
  connect_collection_transfer: "connect_fee",
  tax: "stripe_fee",
  network_cost: "stripe_fee",
};

/** Fees that Stripe takes by themselves only their descriptions tell apart. */
const FEES: [RegExp, SpaceKind][] = [
  [/disput|counter/i, "dispute_countered_fee"],
  [/radar/i, "radar_fee"],
  [/connect|active account|account volume/i, "connect_fee"],
];

/** What the Distributor does with the account beside Orders, which is theirs: no business of any Order, and known to Stripe's docs. */
const OTHER_BUSINESS =
  /^(?:charge|refund|dispute|transfer|platform_earning|partial_capture|issuing_|climate_|contribution|advance|anticipation_repayment|financing_|unreconciled_)/;

/** What a balance transaction is that belongs to no Order. `other_business` is the Distributor's, and in no ledger of ours. */
export function spaceKind({
  reporting_category: category,
  description,
}: {
  reporting_category: string;
  description: string | null;
}): SpaceKind | "other_business" {
  if (category === "fee") return FEES.find(([words]) => words.test(description ?? ""))?.[1] ?? "stripe_fee";
  return KINDS[category] ?? (OTHER_BUSINESS.test(category) ? "other_business" : "unknown");
}

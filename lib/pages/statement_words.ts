import type { SpaceKind } from "../ledger/fact.ts";
import type { CashLine } from "../statements/distributor_month.ts";
import type { VendorLine } from "../statements/order_month.ts";

export const VENDOR_WORDS: Record<VendorLine, string> = {
  products: "Products sold",
  fees: "Stripe's processing fees",
  refunds: "Refunds, Vendor's part",
  disputes: "Disputes, Vendor's part",
  reinstated: "Reinstated",
  from_earlier: "Open from earlier months",
  sent: "Sent",
  taken_back: "Taken back",
  written_off: "Written off",
  on_hold: "On hold for the Vendor",
  owed: "Owed by the Vendor",
};

export const CASH_WORDS: Record<CashLine, string> = {
  products: "Products sold",
  delivery: "Delivery",
  tax: "Taxes",
  fees: "Stripe's processing fees",
  refunds: "Refunds",
  disputes: "Disputes",
  reinstated: "Reinstated",
  dispute_fees: "Stripe's fees for disputes",
  exchange: "Exchange differences",
  sent: "Sent to Vendors",
  taken_back: "Taken back from Vendors",
  sent_to_others: "Sent to other accounts",
};

export const OTHER_WORDS: Record<SpaceKind, string> = {
  payout: "Payouts",
  top_up: "Top-ups",
  reserve: "Reserves",
  stripe_fee: "Stripe's other fees",
  radar_fee: "Radar fees",
  connect_fee: "Connect fees",
  dispute_countered_fee: "Fees for countering disputes",
  unknown: "Unknown: somebody should look",
};

/** `November 2026` */
export const monthWords = ({ from }: { from: Date }): string =>
  new Intl.DateTimeFormat("en", { month: "long", year: "numeric", timeZone: "UTC" }).format(from);

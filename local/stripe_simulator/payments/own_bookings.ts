import type Stripe from "stripe";
import * as v from "valibot";
import type { Scope } from "../core/objects.ts";
import type { Simulator } from "../state/simulator.ts";
import { record } from "./ledger.ts";

/** What Stripe books by itself, and how its reports call that (https://docs.stripe.com/reports/reporting-categories). */
const CATEGORIES = {
  adjustment: "other_adjustment",
  connect_collection_transfer: "connect_collection_transfer",
  network_cost: "network_cost",
  reserved_funds: "risk_reserved_funds",
  stripe_fee: "fee",
  tax_fee: "tax",
} as const satisfies { [T in Stripe.BalanceTransaction.Type]?: string };

export const OwnBooking = v.strictObject({
  type: v.picklist(Object.keys(CATEGORIES) as (keyof typeof CATEGORIES)[]),
  /** Negative when money leaves. */
  amount: v.pipe(v.number(), v.safeInteger()),
  currency: v.pipe(v.string(), v.length(3)),
  description: v.optional(v.nullable(v.string()), null),
});

export const book = (
  simulator: Simulator,
  scope: Scope,
  booking: v.InferOutput<typeof OwnBooking>,
): Stripe.BalanceTransaction =>
  simulator.store.transaction(() =>
    record(simulator, scope, { ...booking, reporting_category: CATEGORIES[booking.type], source: null }),
  );

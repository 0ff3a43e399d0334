import type Stripe from "stripe";
import * as v from "valibot";
import { iso } from "../clock.ts";

/** What Stripe says of a connected account (Stripe API, "The Account object"), as it was read at `read_at` (ISO 8601). */
export type AccountSnapshot = v.InferOutput<typeof AccountSnapshot>;
export const AccountSnapshot = v.object({
  read_at: v.string(),
  /** Whether we made it, by Stripe's onboarding; else it is the Vendor's own, joined by OAuth. */
  made_by_us: v.boolean(),
  /** Whether the Vendor is through with Stripe's onboarding. */
  details_submitted: v.boolean(),
  charges_enabled: v.boolean(),
  payouts_enabled: v.boolean(),
  /** The capability that lets us send the Vendor's share: `active`, `inactive`, `pending`, or null where nobody asked for it. */
  transfers: v.nullable(v.string()),
  /** Why Stripe has switched something off: `requirements.past_due`, `rejected.fraud`, … */
  disabled_reason: v.nullable(v.string()),
  /** What Stripe wants, by its own names (`individual.verification.document`). */
  currently_due: v.array(v.string()),
  past_due: v.array(v.string()),
  pending_verification: v.array(v.string()),
  /** Until when it wants that, s since the epoch. */
  current_deadline: v.nullable(v.number()),
});

export const accountSnapshot = (account: Stripe.Account, readAt: Date): AccountSnapshot => ({
  read_at: iso(readAt),
  made_by_us: account.controller?.is_controller === true,
  details_submitted: account.details_submitted === true,
  charges_enabled: account.charges_enabled === true,
  payouts_enabled: account.payouts_enabled === true,
  transfers: account.capabilities?.transfers ?? null,
  disabled_reason: account.requirements?.disabled_reason ?? null,
  currently_due: account.requirements?.currently_due ?? [],
  past_due: account.requirements?.past_due ?? [],
  pending_verification: account.requirements?.pending_verification ?? [],
  current_deadline: account.requirements?.current_deadline ?? null,
});

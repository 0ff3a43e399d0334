import type { AccountSnapshot } from "../../lib/marketplaces/account_snapshot.ts";

/** A Vendor's own account, of which Stripe wants nothing more, but for `change`. */
export const anAccountSnapshot = (change: Partial<AccountSnapshot> = {}): AccountSnapshot => ({
  read_at: "2026-11-24T12:00:00.000Z",
  made_by_us: false,
  details_submitted: true,
  charges_enabled: true,
  payouts_enabled: true,
  transfers: "active",
  disabled_reason: null,
  currently_due: [],
  past_due: [],
  pending_verification: [],
  current_deadline: null,
  ...change,
});

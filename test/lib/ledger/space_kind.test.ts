import { expect, it } from "vitest";
import { spaceKind } from "../../../lib/ledger/space_kind.ts";

it.each([
  ["payout", null, "payout"],
  ["payout_reversal", null, "payout"],
  ["topup", null, "top_up"],
  ["risk_reserved_funds", null, "reserve"],
  ["fee", "Radar for Fraud Teams (2026-10-31)", "radar_fee"],
  ["fee", "Connect (2026-10-31): Active Account Fee", "connect_fee"],
  ["fee", "Dispute countered fee", "dispute_countered_fee"],
  ["fee", "Billing - Usage Fee (2026-10-31)", "stripe_fee"],
  ["fee", null, "stripe_fee"],
  ["platform_earning", null, "other_business"],
  ["issuing_transaction", null, "other_business"],
  ["other_adjustment", "Stripe says so", "unknown"],
  ["of_next_year", null, "unknown"],
])("names %s (%s) %s", (reporting_category, description, kind) => {
  expect(spaceKind({ reporting_category, description })).toBe(kind);
});

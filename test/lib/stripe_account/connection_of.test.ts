import { describe, expect, it } from "vitest";
import type { AccountFacts } from "../../../lib/stripe_account/account_facts.ts";
import { connectionOf, nameOfRequirement } from "../../../lib/stripe_account/connection_of.ts";

const place = { space: "demo", room: "store", marketplace: "1", name: "Bakery" };
const base = { ...place, stripe_webhook_endpoint_secret_masked: [] };
const facts = (change: Partial<AccountFacts> = {}): AccountFacts => ({
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
const connected = (change: Partial<AccountFacts>) => ({
  ...base,
  stripe_account: "acct_1",
  stripe_account_facts: facts(change),
});

describe("a Marketplace", () => {
  it.each([
    ["not_connected", base],
    ["not_connected", { ...base, onboarding_account: "acct_1" }],
    [
      "onboarding",
      { ...base, onboarding_account: "acct_1", stripe_account_facts: facts({ details_submitted: false }) },
    ],
    ["disconnected_at_stripe", { ...base, disconnected_at_stripe: "2026-11-24T12:00:00.000Z" }],
    ["connected", { ...base, stripe_account: "acct_1" }],
    ["can_be_paid", connected({})],
    ["can_be_paid", connected({ currently_due: ["individual.verification.document"] })],
    ["connected", connected({ transfers: "pending" })],
    ["connected", connected({ transfers: "inactive", disabled_reason: "under_review" })],
    ["restricted", connected({ transfers: "inactive" })],
    ["restricted", connected({ transfers: null })],
    ["restricted", connected({ disabled_reason: "requirements.past_due" })],
    ["rejected", connected({ disabled_reason: "rejected.fraud" })],
  ] as const)("is %s", (status, marketplace) => {
    expect(connectionOf(structuredClone(marketplace)).status).toBe(status);
  });

  it("names what Stripe wants once, the overdue first, with the deadline", () => {
    const marketplace = connected({
      past_due: ["external_account"],
      currently_due: ["representative.dob.day", "representative.dob.month", "external_account"],
      current_deadline: 1_796_000_000,
    });
    expect(connectionOf(marketplace)).toMatchObject({
      wants: [
        { what: "a bank account for payouts", overdue: true },
        { what: "the representative's date of birth", overdue: false },
      ],
      deadline: 1_796_000_000,
    });
  });
});

it.each([
  ["individual.verification.document", "the owner's identity document"],
  ["person_1ABC.relationship.title", "a person's job title"],
  ["tos_acceptance.ip", "the acceptance of Stripe's terms"],
  ["company.tax_id", "the company's tax number"],
  ["representative.address.postal_code", "the representative's address"],
  ["business_profile.url", "the website of the business"],
  ["email", "email"],
  ["some_new.thing_of_stripes", "some new thing of stripes"],
])("%s is %s", (requirement, words) => {
  expect(nameOfRequirement(requirement)).toBe(words);
});

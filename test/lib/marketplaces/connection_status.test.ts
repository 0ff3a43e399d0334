import { describe, expect, it } from "vitest";
import type { AccountSnapshot } from "../../../lib/marketplaces/account_snapshot.ts";
import {
  connectionStatus,
  nameOfRequirement,
  requirementsChannel,
} from "../../../lib/marketplaces/connection_status.ts";
import { anAccountSnapshot } from "../../support/account_snapshots.ts";

const place = { space: "demo", room: "store", marketplace: "1", name: "Bakery" };
const base = { ...place, stripe_webhook_endpoint_secret_masked: [] };
const connected = (change: Partial<AccountSnapshot>) => ({
  ...base,
  stripe_account: "acct_1",
  stripe_account_facts: anAccountSnapshot(change),
});

describe("a Marketplace", () => {
  it.each([
    ["not_connected", base],
    ["not_connected", { ...base, onboarding_account: "acct_1" }],
    [
      "onboarding",
      {
        ...base,
        onboarding_account: "acct_1",
        stripe_account_facts: anAccountSnapshot({ details_submitted: false }),
      },
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
    expect(connectionStatus(structuredClone(marketplace)).status).toBe(status);
  });

  it("names what Stripe wants once, the overdue first, with the deadline", () => {
    const marketplace = connected({
      past_due: ["external_account"],
      currently_due: ["representative.dob.day", "representative.dob.month", "external_account"],
      current_deadline: 1_796_000_000,
    });
    expect(connectionStatus(marketplace)).toMatchObject({
      requirements: [
        { what: "a bank account for payouts", overdue: true },
        { what: "the representative's date of birth", overdue: false },
      ],
      deadline: 1_796_000_000,
    });
  });
});

it("has nothing overdue while the Vendor has only begun, though Stripe calls all of it past due", () => {
  const begun = {
    ...base,
    onboarding_account: "acct_1",
    stripe_account_facts: anAccountSnapshot({
      details_submitted: false,
      past_due: ["external_account", "tos_acceptance.date"],
      currently_due: ["external_account"],
    }),
  };
  expect(connectionStatus(begun).requirements).toEqual([
    { what: "a bank account for payouts", overdue: false },
    { what: "the acceptance of Stripe's terms", overdue: false },
  ]);
});

describe("what Stripe wants of a connected account", () => {
  const due = { currently_due: ["external_account"] };
  it.each([
    ["is given by a link where we made the account", "account_link", connected({ ...due, made_by_us: true })],
    ["is given in the Vendor's dashboard where it is their own", "dashboard", connected(due)],
    ["may have no name", "dashboard", connected({ disabled_reason: "listed" })],
    ["is nothing", undefined, connected({})],
    ["is nothing where Stripe is looking at it", undefined, connected({ disabled_reason: "under_review" })],
    [
      "is nothing any more where it is rejected",
      undefined,
      connected({ ...due, disabled_reason: "rejected.fraud" }),
    ],
    ["is not known yet", undefined, { ...base, stripe_account: "acct_1" }],
    [
      "is for `Connect to Stripe` before it is connected",
      undefined,
      {
        ...base,
        onboarding_account: "acct_1",
        stripe_account_facts: anAccountSnapshot({ ...due, details_submitted: false }),
      },
    ],
  ] as const)("%s", (_what, road, marketplace) => {
    expect(requirementsChannel(structuredClone(marketplace))).toBe(road);
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

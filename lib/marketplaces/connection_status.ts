import type { AccountSnapshot } from "./account_snapshot.ts";
import type { Marketplace } from "./marketplace.ts";

/**
 * How a Marketplace stands with Stripe. `onboarding`: an account is made, and the Vendor has yet to finish at Stripe.
 * From `connected` on it may sell; that the Vendor *can be paid* is another matter, and Stripe's to say.
 */
export const CONNECTION_STATUSES = [
  "not_connected",
  "onboarding",
  "disconnected_at_stripe",
  "connected",
  "can_be_paid",
  "restricted",
  "rejected",
] as const;
export type ConnectionStatus = (typeof CONNECTION_STATUSES)[number];

export type Connection = {
  status: ConnectionStatus;
  /** What Stripe still wants of the Vendor, in words, the overdue first. */
  requirements: { what: string; overdue: boolean }[];
  /** Until when, s since the epoch. */
  deadline: number | null;
  /** When Stripe said so (ISO 8601); null where it was not asked yet. */
  read_at: string | null;
};

export function connectionStatus(marketplace: Marketplace): Connection {
  const { stripe_account_facts: facts } = marketplace;
  return {
    status: statusOf(marketplace),
    requirements: facts ? requirementsOf(facts) : [],
    deadline: facts?.current_deadline ?? null,
    read_at: facts?.read_at ?? null,
  };
}

function statusOf(marketplace: Marketplace): ConnectionStatus {
  const {
    stripe_account,
    onboarding_account,
    disconnected_at_stripe,
    stripe_account_facts: facts,
  } = marketplace;
  if (!stripe_account) {
    if (onboarding_account && facts && !facts.details_submitted) return "onboarding";
    return disconnected_at_stripe ? "disconnected_at_stripe" : "not_connected";
  }
  if (!facts) return "connected";
  if (facts.disabled_reason?.startsWith("rejected.")) return "rejected";
  if (facts.transfers === "active" && !isHeldBack(facts)) return "can_be_paid";
  return facts.transfers === "pending" || isBeingChecked(facts) ? "connected" : "restricted";
}

/**
 * Where the Vendor of a connected account gives Stripe what it wants: by a link, which we can have where we made the
 * account, or in their own dashboard; undefined where there is nothing to give.
 */
export function requirementsChannel(marketplace: Marketplace): "account_link" | "dashboard" | undefined {
  const { stripe_account, stripe_account_facts: facts } = marketplace;
  const { status, requirements } = connectionStatus(marketplace);
  if (!stripe_account || !facts || status === "rejected") return undefined;
  if (status !== "restricted" && requirements.length === 0) return undefined;
  return facts.made_by_us ? "account_link" : "dashboard";
}

/** Stripe is looking at what the Vendor sent: there is nothing to do but to wait. */
const isBeingChecked = ({ disabled_reason }: AccountSnapshot): boolean =>
  disabled_reason === "requirements.pending_verification" || disabled_reason === "under_review";

const isHeldBack = ({ disabled_reason }: AccountSnapshot): boolean => disabled_reason !== null;

/** Stripe calls everything past due of an account whose Vendor has only begun: that is not late yet. */
function requirementsOf({
  past_due,
  currently_due,
  details_submitted,
}: AccountSnapshot): Connection["requirements"] {
  const late = details_submitted ? past_due : [];
  const overdue = new Set(late.map(nameOfRequirement));
  const due = new Set([...past_due, ...currently_due].map(nameOfRequirement));
  return [
    ...[...overdue].map((what) => ({ what, overdue: true })),
    ...[...due].filter((what) => !overdue.has(what)).map((what) => ({ what, overdue: false })),
  ];
}

/** What Stripe's names do not say by themselves (Stripe docs, "Required verification information"). */
const NAMES: Record<string, string> = {
  external_account: "a bank account for payouts",
  business_type: "the type of business",
  "business_profile.mcc": "the line of business",
  "business_profile.url": "the website of the business",
  "business_profile.product_description": "what the business sells",
  "business_profile.support_phone": "a phone number for customers",
  "settings.payments.statement_descriptor": "the name on bank statements",
  tos_acceptance: "the acceptance of Stripe's terms",
};

const WHO: Record<string, string> = {
  company: "the company's",
  individual: "the owner's",
  representative: "the representative's",
  owners: "the owners'",
  directors: "the directors'",
  executives: "the executives'",
};

const PARTS: Record<string, string> = {
  dob: "date of birth",
  ssn_last_4: "last four digits of the social security number",
  id_number: "identity number",
  tax_id: "tax number",
  "verification.document": "identity document",
  "verification.additional_document": "second document",
  "relationship.title": "job title",
};

/** `representative.dob.day` → `the representative's date of birth`: one requirement for its three parts. */
export function nameOfRequirement(requirement: string): string {
  const whole = requirement.replace(/^tos_acceptance\..*/, "tos_acceptance");
  if (NAMES[whole]) return NAMES[whole];
  const [first = "", ...rest] = whole.split(".");
  const part = rest.join(".").replace(/^(dob|address)\..*/, "$1");
  const what = PARTS[part] ?? part.replaceAll(/[._]/g, " ");
  if (!part) return first.replaceAll("_", " ");
  const who = WHO[first] ?? (first.startsWith("person_") ? "a person's" : first.replaceAll("_", " "));
  return `${who} ${what}`;
}

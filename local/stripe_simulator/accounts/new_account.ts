import type Stripe from "stripe";
import { invalidParam } from "../api/errors.ts";
import { nowSeconds } from "../core/clock.ts";
import { newId } from "../core/ids.ts";
import { findAccount, insertAccount } from "../state/accounts.ts";
import { accountOfKey, insertKey } from "../state/keys.ts";
import { type RestrictedKey, restrictKey } from "../state/permissions.ts";
import type { Simulator } from "../state/simulator.ts";

interface NewAccount {
  id?: string | undefined;
  display_name: string;
  country?: string | undefined;
  default_currency?: string | undefined;
  secret_keys?: string[] | undefined;
  /** Keys limited to these permissions. */
  restricted_keys?: RestrictedKey[] | undefined;
}

/** Creates an account that can take payments and be paid out; an existing id stays unchanged. */
export function ensureAccount(
  simulator: Simulator,
  { id = newId.account(), ...wanted }: NewAccount,
): Stripe.Account {
  const known = findAccount(simulator, id);
  if (known) return known;
  const account = insertAccount(simulator, newAccount(id, wanted));
  for (const key of wanted.secret_keys ?? []) addKey(simulator, id, key, "secret_keys");
  for (const restricted of wanted.restricted_keys ?? []) {
    addKey(simulator, id, restricted.key, "restricted_keys");
    restrictKey(simulator, restricted);
  }
  return account;
}

function addKey(simulator: Simulator, account: string, key: string, param: string): void {
  if (accountOfKey(simulator, key)) throw invalidParam(param, "One of these keys is already taken.");
  insertKey(simulator, account, key);
}

export const NO_REQUIREMENTS: Stripe.Account.Requirements = {
  alternatives: [],
  current_deadline: null,
  currently_due: [],
  disabled_reason: null,
  errors: [],
  eventually_due: [],
  past_due: [],
  pending_verification: [],
};

/** An account with no requirements left. */
export function newAccount(id: string, wanted: Omit<NewAccount, "id">): Stripe.Account {
  return {
    id,
    object: "account",
    business_profile: null,
    business_type: "company",
    capabilities: { card_payments: "active", transfers: "active" },
    charges_enabled: true,
    controller: { type: "account" },
    country: wanted.country ?? "US",
    created: nowSeconds(),
    default_currency: wanted.default_currency ?? "usd",
    details_submitted: true,
    email: null,
    metadata: {},
    payouts_enabled: true,
    requirements: NO_REQUIREMENTS,
    settings: {
      branding: { icon: null, logo: null, primary_color: null, secondary_color: null },
      card_payments: {
        statement_descriptor_prefix: null,
        statement_descriptor_prefix_kana: null,
        statement_descriptor_prefix_kanji: null,
      },
      dashboard: { display_name: wanted.display_name, timezone: "Etc/UTC" },
      payments: {
        statement_descriptor: null,
        statement_descriptor_kana: null,
        statement_descriptor_kanji: null,
        statement_descriptor_prefix_kana: null,
        statement_descriptor_prefix_kanji: null,
      },
    },
    type: "standard",
  };
}

import type Stripe from "stripe";
import * as v from "valibot";
import { invalidParam } from "../api/errors.ts";
import { parse } from "../api/params.ts";
import type { Handler } from "../api/request.ts";
import { nowSeconds } from "../core/clock.ts";
import { newId } from "../core/ids.ts";
import { permissionsOf, type RestrictedKey, restrict } from "./permissions.ts";
import type { World } from "./simulator.ts";

export interface NewAccount {
  id?: string | undefined;
  display_name: string;
  country?: string | undefined;
  default_currency?: string | undefined;
  secret_keys?: string[] | undefined;
  /** Keys that may do only what is named. */
  restricted_keys?: RestrictedKey[] | undefined;
}

/** An account with all that it needs to sell and to be paid; unchanged if its id is known. */
export function makeAccount(world: World, { id = newId.account(), ...wanted }: NewAccount): Stripe.Account {
  const known = findAccount(world, id);
  if (known) return known;
  const account = insertAccount(world, newAccount(id, wanted));
  for (const key of wanted.secret_keys ?? []) addKey(world, id, key, "secret_keys");
  for (const restricted of wanted.restricted_keys ?? []) {
    addKey(world, id, restricted.key, "restricted_keys");
    restrict(world, restricted);
  }
  return account;
}

export function insertAccount({ store }: World, account: Stripe.Account): Stripe.Account {
  store.run(
    "INSERT INTO accounts (id, cli_secret, body) VALUES (?, ?, ?)",
    account.id,
    newId.signingSecret(),
    JSON.stringify(account),
  );
  return account;
}

export const saveAccount = ({ store }: World, account: Stripe.Account) =>
  store.run("UPDATE accounts SET body = ? WHERE id = ?", JSON.stringify(account), account.id);

export const removeAccount = ({ store }: World, id: string) =>
  store.run("DELETE FROM accounts WHERE id = ?", id);

function addKey(world: World, account: string, key: string, param: string): void {
  if (accountOfKey(world, key)) throw invalidParam(param, "One of these keys is given already.");
  const livemode = /^.k_live_/.test(key);
  world.store.run(
    "INSERT INTO secret_keys (key, account, livemode) VALUES (?, ?, ?)",
    key,
    account,
    Number(livemode),
  );
}

/** The account's keys that may do everything, and those that may not. */
export function keysOf(world: World, account: string) {
  const keys = world.store
    .all("SELECT key FROM secret_keys WHERE account = ? ORDER BY rowid", account)
    .map((row) => String(row.key));
  return {
    secret_keys: keys.filter((key) => !permissionsOf(world, key)),
    restricted_keys: keys.flatMap((key): RestrictedKey[] => {
      const permissions = permissionsOf(world, key);
      return permissions ? [{ key, permissions }] : [];
    }),
  };
}

export function accountOfKey(
  { store }: World,
  key: string,
): { account: string; livemode: boolean } | undefined {
  // The token of an OAuth grant is a key of the connected account for as long as the connection lasts.
  const row = store.first(
    "SELECT account, livemode FROM secret_keys WHERE key = ? UNION ALL SELECT account, livemode FROM connected_accounts WHERE access_token = ?",
    key,
    key,
  );
  return row && { account: String(row.account), livemode: row.livemode === 1 };
}

/** What `stripe listen` signs with: one secret for each account, the same for ever. */
export const cliSecretOf = ({ store }: World, account: string) =>
  String(store.first("SELECT cli_secret FROM accounts WHERE id = ?", account)?.cli_secret);

/** The casts are safe: `insertAccount` and `saveAccount` alone write these rows. */
export function findAccount({ store }: World, id: string): Stripe.Account | undefined {
  const row = store.first("SELECT body FROM accounts WHERE id = ?", id);
  return row && (JSON.parse(String(row.body)) as Stripe.Account);
}

export const allAccounts = ({ store }: World): Stripe.Account[] =>
  store
    .all("SELECT body FROM accounts ORDER BY rowid")
    .map((row) => JSON.parse(String(row.body)) as Stripe.Account);

export const nameOf = (account: Stripe.Account) =>
  account.settings?.dashboard.display_name || account.business_profile?.name || account.id;

/** `GET /v1/account` and `GET /v1/accounts/:id` */
export const retrieveAccount: Handler = ({ params, path, scope, caller }, world) => {
  parse(v.strictObject({}), params);
  const id = path("id") ? caller.actsFor(path("id")) : scope.account;
  return accountOf(world, id);
};

/** An account whose id is known to be one. */
export function accountOf(world: World, id: string): Stripe.Account {
  const account = findAccount(world, id);
  if (!account) throw new Error(`the simulator lost the account ${id}`);
  return account;
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

/** An account that has given Stripe everything. */
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

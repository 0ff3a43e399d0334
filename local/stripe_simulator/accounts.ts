import type Stripe from "stripe";
import * as v from "valibot";
import { nowSeconds } from "./clock.ts";
import { invalidParam } from "./errors.ts";
import { newId } from "./ids.ts";
import { parse } from "./params.ts";
import { permissionsOf, type RestrictedKey, restrict } from "./permissions.ts";
import type { Handler } from "./request.ts";
import type { World } from "./world.ts";

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
  const account = newAccount(id, wanted);
  world.store.run(
    "INSERT INTO accounts (id, cli_secret, body) VALUES (?, ?, ?)",
    id,
    newId.signingSecret(),
    JSON.stringify(account),
  );
  for (const key of wanted.secret_keys ?? []) addKey(world, id, key, "secret_keys");
  for (const restricted of wanted.restricted_keys ?? []) {
    addKey(world, id, restricted.key, "restricted_keys");
    restrict(world, restricted);
  }
  return account;
}

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

export function connect({ store }: World, platform: string, account: string): void {
  store.run(
    "INSERT INTO connections (platform, account) VALUES (?, ?) ON CONFLICT DO NOTHING",
    platform,
    account,
  );
}

export const isConnected = ({ store }: World, platform: string, account: string) =>
  store.first("SELECT 1 FROM connections WHERE platform = ? AND account = ?", platform, account) !==
  undefined;

export const connectedAccounts = ({ store }: World, platform: string) =>
  store
    .all("SELECT account FROM connections WHERE platform = ? ORDER BY rowid", platform)
    .map((row) => String(row.account));

export const platformsOf = ({ store }: World, account: string) =>
  store
    .all("SELECT platform FROM connections WHERE account = ? ORDER BY rowid", account)
    .map((row) => String(row.platform));

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
  const row = store.first("SELECT account, livemode FROM secret_keys WHERE key = ?", key);
  return row && { account: String(row.account), livemode: row.livemode === 1 };
}

/** What `stripe listen` signs with: one secret for each account, the same for ever. */
export const cliSecretOf = ({ store }: World, account: string) =>
  String(store.first("SELECT cli_secret FROM accounts WHERE id = ?", account)?.cli_secret);

/** The casts are safe: `makeAccount` alone writes these rows. */
export function findAccount({ store }: World, id: string): Stripe.Account | undefined {
  const row = store.first("SELECT body FROM accounts WHERE id = ?", id);
  return row && (JSON.parse(String(row.body)) as Stripe.Account);
}

export const allAccounts = ({ store }: World): Stripe.Account[] =>
  store
    .all("SELECT body FROM accounts ORDER BY rowid")
    .map((row) => JSON.parse(String(row.body)) as Stripe.Account);

export const nameOf = (account: Stripe.Account) => account.settings?.dashboard.display_name ?? account.id;

/** `GET /v1/account` and `GET /v1/accounts/:id` */
export const retrieveAccount: Handler = ({ params, path, scope, caller }, world) => {
  parse(v.strictObject({}), params);
  const id = path("id") ? caller.actsFor(path("id")) : scope.account;
  const account = findAccount(world, id);
  if (!account) throw new Error(`the simulator lost the account ${id}`);
  return account;
};

function newAccount(id: string, wanted: Omit<NewAccount, "id">): Stripe.Account {
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
    requirements: {
      alternatives: [],
      current_deadline: null,
      currently_due: [],
      disabled_reason: null,
      errors: [],
      eventually_due: [],
      past_due: [],
      pending_verification: [],
    },
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

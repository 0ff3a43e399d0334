import type { Scope } from "../core/objects.ts";
import { permissionsOf, type RestrictedKey } from "./permissions.ts";
import type { Simulator } from "./simulator.ts";
import { scopeOf } from "./store.ts";

export function insertKey({ store }: Simulator, account: string, key: string): void {
  const livemode = /^.k_live_/.test(key);
  store.run(
    "INSERT INTO secret_keys (key, account, livemode) VALUES (?, ?, ?)",
    key,
    account,
    Number(livemode),
  );
}

/** The account's unrestricted and restricted keys. */
export function keysOf(simulator: Simulator, account: string) {
  const keys = simulator.store
    .all("SELECT key FROM secret_keys WHERE account = ? ORDER BY rowid", account)
    .map((row) => String(row.key));
  return {
    secret_keys: keys.filter((key) => !permissionsOf(simulator, key)),
    restricted_keys: keys.flatMap((key): RestrictedKey[] => {
      const permissions = permissionsOf(simulator, key);
      return permissions ? [{ key, permissions }] : [];
    }),
  };
}

export function accountOfKey({ store }: Simulator, key: string): Scope | undefined {
  // An OAuth access token works as a key of the connected account as long as the connection lasts.
  const row = store.first(
    "SELECT account, livemode FROM secret_keys WHERE key = ? UNION ALL SELECT account, livemode FROM connected_accounts WHERE access_token = ?",
    key,
    key,
  );
  return row && scopeOf(row);
}

/** What `stripe listen` signs with: one secret per account, which never changes. */
export const cliSecretOf = ({ store }: Simulator, account: string) =>
  String(store.first("SELECT cli_secret FROM accounts WHERE id = ?", account)?.cli_secret);

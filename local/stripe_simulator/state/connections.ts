import type { Scope } from "../core/objects.ts";
import { keepUpWith } from "./clock.ts";
import type { Simulator } from "./simulator.ts";

/** Which accounts are connected to which platforms, in each mode by itself (https://docs.stripe.com/connect/testing). */

/** @param accessToken the OAuth grant's, if there is one; it works as a key as long as the connection lasts */
export function connect(
  simulator: Simulator,
  platform: string,
  { account, livemode }: Scope,
  accessToken: string | null = null,
): void {
  keepUpWith(simulator, account, platform);
  simulator.store.run(
    `INSERT INTO connected_accounts (platform, account, livemode, access_token) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET access_token = coalesce(excluded.access_token, access_token)`,
    platform,
    account,
    Number(livemode),
    accessToken,
  );
}

export const disconnect = ({ store }: Simulator, platform: string, { account, livemode }: Scope) =>
  store.run(
    "DELETE FROM connected_accounts WHERE platform = ? AND account = ? AND livemode = ?",
    platform,
    account,
    Number(livemode),
  );

export const isConnected = ({ store }: Simulator, platform: string, { account, livemode }: Scope) =>
  store.first(
    "SELECT 1 FROM connected_accounts WHERE platform = ? AND account = ? AND livemode = ?",
    platform,
    account,
    Number(livemode),
  ) !== undefined;

/** In either mode. */
export const connectedAccounts = ({ store }: Simulator, platform: string) =>
  store
    .all(
      "SELECT account FROM connected_accounts WHERE platform = ? GROUP BY account ORDER BY min(rowid)",
      platform,
    )
    .map((row) => String(row.account));

/** The modes in which an account is connected to a platform, or to any. */
export const connectedModes = ({ store }: Simulator, account: string, platform?: string): boolean[] =>
  store
    .all(
      "SELECT DISTINCT livemode FROM connected_accounts WHERE account = ? AND platform = coalesce(?, platform) ORDER BY livemode",
      account,
      platform ?? null,
    )
    .map((row) => row.livemode === 1);

export const platformsOf = ({ store }: Simulator, { account, livemode }: Scope) =>
  store
    .all(
      "SELECT platform FROM connected_accounts WHERE account = ? AND livemode = ? ORDER BY rowid",
      account,
      Number(livemode),
    )
    .map((row) => String(row.platform));

export const isActiveToken = ({ store }: Simulator, accessToken: string) =>
  store.first("SELECT 1 FROM connected_accounts WHERE access_token = ?", accessToken) !== undefined;

/** The platform that created an account by the API, and the mode of the key it used. No other may connect to it
 *  (https://docs.stripe.com/connect/oauth-changes-for-standard-platforms). */
export function controllerOf({ store }: Simulator, account: string) {
  const row = store.first("SELECT platform, livemode FROM controlled_accounts WHERE account = ?", account);
  return row && { platform: String(row.platform), livemode: row.livemode === 1 };
}

export const setController = ({ store }: Simulator, platform: string, { account, livemode }: Scope) =>
  store.run(
    "INSERT INTO controlled_accounts (account, platform, livemode) VALUES (?, ?, ?)",
    account,
    platform,
    Number(livemode),
  );

export const removeController = ({ store }: Simulator, account: string) =>
  store.run("DELETE FROM controlled_accounts WHERE account = ?", account);

/** A platform's Connect application, `ca_…`; null for who is none. */
export const applicationOf = ({ store }: Simulator, { account, livemode }: Scope): string | null => {
  const row = store.first(
    "SELECT id FROM client_ids WHERE platform = ? AND livemode = ? ORDER BY rowid",
    account,
    Number(livemode),
  );
  return row ? String(row.id) : null;
};

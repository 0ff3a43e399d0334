import type { Simulator } from "./simulator.ts";

/** What a restricted key can be let into, by the names in Stripe's own answers (`rak_charge_read`). A platform reads
 *  its account with `accounts_kyc_basic`, and balance transactions with `balance_transaction_source`; connecting
 *  accounts, by whatever road, takes `connected_account`. */
const RESOURCES = [
  "account_link",
  "accounts_kyc_basic",
  "balance_transaction_source",
  "charge",
  "checkout_session",
  "connected_account",
  "event",
  "payment_intent",
  "stripecli_session",
  "webhook",
] as const;

export type Permission = `${(typeof RESOURCES)[number]}_${"read" | "write"}`;

export const PERMISSIONS: Permission[] = RESOURCES.flatMap((resource): Permission[] => [
  `${resource}_read`,
  `${resource}_write`,
]);

export interface RestrictedKey {
  key: string;
  permissions: Permission[];
}

export function restrict({ store }: Simulator, { key, permissions }: RestrictedKey): void {
  store.run("INSERT INTO restricted_keys (key, permissions) VALUES (?, ?)", key, JSON.stringify(permissions));
}

/** The cast is safe: `restrict` alone writes these rows. Undefined for a key that may do everything. */
export function permissionsOf({ store }: Simulator, key: string): Permission[] | undefined {
  const row = store.first("SELECT permissions FROM restricted_keys WHERE key = ?", key);
  return row && (JSON.parse(String(row.permissions)) as Permission[]);
}

/** Who may write may read. */
export function mayDo(simulator: Simulator, key: string, permission: Permission): boolean {
  const given: string[] | undefined = permissionsOf(simulator, key);
  return !given || given.includes(permission) || given.includes(permission.replace(/_read$/, "_write"));
}

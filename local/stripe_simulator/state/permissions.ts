import type { Simulator } from "./simulator.ts";

/** The resources that a restricted key can be given access to, as Stripe's error messages name them
 *  (`rak_charge_read`). `accounts_kyc_basic` reads the platform's account, `balance_transaction_source` reads balance
 *  transactions, `charge` covers refunds too, and `connected_account` every way of connecting an account. */
const RESOURCES = [
  "account_link",
  "accounts_kyc_basic",
  "balance",
  "balance_transaction_source",
  "charge",
  "checkout_session",
  "connected_account",
  "dispute",
  "event",
  "payment_intent",
  "payment_method",
  "payout",
  "price",
  "product",
  "stripecli_session",
  "transfer",
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

export function restrictKey({ store }: Simulator, { key, permissions }: RestrictedKey): void {
  store.run("INSERT INTO restricted_keys (key, permissions) VALUES (?, ?)", key, JSON.stringify(permissions));
}

/** Undefined for an unrestricted key. The cast is safe: only `restrictKey` writes these rows. */
export function permissionsOf({ store }: Simulator, key: string): Permission[] | undefined {
  const row = store.first("SELECT permissions FROM restricted_keys WHERE key = ?", key);
  return row && (JSON.parse(String(row.permissions)) as Permission[]);
}

/** Write permission includes read. */
export function hasPermission(simulator: Simulator, key: string, permission: Permission): boolean {
  const given: string[] | undefined = permissionsOf(simulator, key);
  return !given || given.includes(permission) || given.includes(permission.replace(/_read$/, "_write"));
}

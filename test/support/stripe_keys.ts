import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import type { Permission } from "../../local/stripe_simulator/state/permissions.ts";

/** All that a restricted key needs to be taken. */
export const NEEDED_PERMISSIONS: Permission[] = [
  "accounts_kyc_basic_read",
  "checkout_session_write",
  "payment_intent_read",
  "charge_write",
  "dispute_read",
  "balance_read",
  "balance_transaction_source_read",
  "transfer_write",
  "event_read",
  "webhook_write",
  "connected_account_read",
  "account_link_write",
];

export type StripeKey = { key: string; account: string; name: string };

/** A key of a new platform account at Stripe; restricted to its `permissions` where there are any. */
export async function aStripeKey({
  permissions,
  mode = "test",
  name = "Acme Distribution",
}: {
  permissions?: Permission[];
  mode?: "test" | "live";
  name?: string;
} = {}): Promise<StripeKey> {
  const key = `${permissions ? "rk" : "sk"}_${mode}_${randomBytes(24).toString("hex")}`;
  const keys = permissions ? { restricted_keys: [{ key, permissions }] } : { secret_keys: [key] };
  const response = await fetch(`${inject("simulatorUrl")}/simulator/accounts`, {
    method: "POST",
    body: JSON.stringify({ display_name: name, ...keys }),
  });
  if (!response.ok) throw new Error(`the simulator did not take the key: ${response.status}`);
  const { id }: { id: string } = await response.json();
  return { key, account: id, name };
}

/** Sets the weather at Stripe for the key's account. */
export async function weatherFor({ key }: StripeKey, facts: Record<string, boolean | number>): Promise<void> {
  const response = await fetch(`${inject("simulatorUrl")}/simulator/weather`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify(facts),
  });
  if (!response.ok) throw new Error(`the weather did not change: ${response.status}`);
}

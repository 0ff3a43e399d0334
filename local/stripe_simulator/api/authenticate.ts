import type { Scope } from "../core/objects.ts";
import { isConnected } from "../state/connections.ts";
import { accountOfKey } from "../state/keys.ts";
import { hasPermission, type Permission } from "../state/permissions.ts";
import type { Simulator } from "../state/simulator.ts";
import { invalidApiKey, missingApiKey, missingPermission, noAccessToAccount } from "./errors.ts";

/** The account whose key was used. */
export interface Caller extends Scope {
  /** The account that a request is for: the caller's own, or the connected one in `Stripe-Account`
   *  (https://docs.stripe.com/connect/authentication). Throws for any other account. */
  actsFor(stripeAccount: string | undefined): string;
  /** Throws if the key is restricted and lacks the permission (https://docs.stripe.com/keys/restricted-api-keys). */
  assertMay(permission: Permission, account: string): void;
}

/** @param authorization `Bearer <key>`, or `Basic` with the key as the user name */
export function authenticate(simulator: Simulator, authorization: string | undefined): Caller {
  const key = keyIn(authorization);
  if (!key) throw missingApiKey();
  const owner = accountOfKey(simulator, key);
  if (!owner) throw invalidApiKey(key);
  return {
    ...owner,
    actsFor(stripeAccount) {
      const account = stripeAccount ?? owner.account;
      if (account !== owner.account && !isConnected(simulator, owner.account, { ...owner, account }))
        throw noAccessToAccount(key, account);
      return account;
    },
    assertMay(permission, account) {
      if (!hasPermission(simulator, key, permission)) throw missingPermission(key, account, permission);
    },
  };
}

function keyIn(authorization = ""): string | undefined {
  const [scheme = "", credentials = ""] = authorization.split(/\s+/);
  if (/^bearer$/i.test(scheme)) return credentials;
  if (/^basic$/i.test(scheme)) return Buffer.from(credentials, "base64").toString().split(":")[0];
  return undefined;
}

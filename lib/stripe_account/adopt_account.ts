import { type HttpError, httpError, stripeRequestFailed } from "../errors.ts";
import type { AccountSnapshot } from "../marketplaces/account_snapshot.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { ensureEndpoints } from "../stripe_webhook_endpoints/ensure_endpoints.ts";
import { waitForEndpoints } from "../stripe_webhook_endpoints/wait_for_endpoints.ts";
import { loadPlatform } from "../utilities/platform.ts";
import { withStripeErrors } from "../utilities/stripe_errors.ts";
import { readFacts } from "./refresh_account.ts";
import { saveConnection } from "./save_connection.ts";

/**
 * Connects the Marketplace to an account that joined the Space's platform before it came here: nobody has to connect it
 * again. Stripe proves it before anything is saved; connected to it already, it stays as it is.
 * @throws {HttpError} 409 `already_connected`; {StripeRequestFailed} 409 `account_not_visible`,
 *   `account_is_platform`, or for what Stripe refuses; 503 where it does not answer
 */
export async function adoptAccount(marketplace: Marketplace, account: string, actor: string): Promise<void> {
  const { space, name, stripe_account: connected } = marketplace;
  if (connected && connected !== account) throw alreadyConnected(connected);
  if (!connected) {
    const facts = await withStripeErrors(space, () => provenFacts(space, account));
    const what = `carried over the connection of ${name} to ${account}`;
    const saved = await saveConnection(marketplace, account, facts, actor, what);
    if (saved === "connected_to_another") throw alreadyConnected("another account");
  }
  await waitForEndpoints(ensureEndpoints(space));
}

/** An account that Stripe shows to the Space's key is one that the platform may act for; or it is the platform's own. */
async function provenFacts(space: string, account: string): Promise<AccountSnapshot> {
  const { stripe, utility } = await loadPlatform(space);
  if (account === utility.stripe_platform_account) throw stripeRequestFailed("account_is_platform", account);
  const facts = await readFacts(account, stripe);
  if (facts) return facts;
  throw stripeRequestFailed("account_not_visible", account);
}

const alreadyConnected = (to: string): HttpError => httpError("already_connected", to);

import Stripe from "stripe";
import { recordAudit } from "../audit/audit.ts";
import { stripeRequestFailed } from "../errors.ts";
import { getMarketplace } from "../marketplaces/get_marketplace.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { loadPlatform, type Platform } from "../utilities/platform.ts";
import { isAccountGone, withStripeErrors } from "../utilities/stripe_errors.ts";
import type { StripeUtility } from "../utilities/stripe_utility.ts";
import { isGrantShared } from "./connected_account.ts";
import { endConnection } from "./end_connection.ts";
import { readFacts } from "./refresh_account.ts";

/**
 * What disconnecting does at Stripe: it ends the grant; or leaves it, because another Marketplace lives by it, too, or
 * we made the account (it is the platform's to connect again), or there is no client id to end it with.
 */
export type AtStripe = "revoked" | "used_by_another_marketplace" | "made_by_us" | "no_client_id";

/** Tells beforehand. */
export async function disconnectEffect(
  marketplace: Marketplace,
  utility: StripeUtility | undefined,
): Promise<AtStripe> {
  const { stripe_account = "", stripe_account_facts: facts } = marketplace;
  if (await isGrantShared(stripe_account, marketplace, utility)) return "used_by_another_marketplace";
  if (facts?.made_by_us) return "made_by_us";
  return utility?.client_id ? "revoked" : "no_client_id";
}

/**
 * Ends the Marketplace's connection: first at Stripe, then here; cut off in between, Stripe's event or the next look at
 * the account does the rest. Not connected counts as done.
 * @throws {StripeRequestFailed} with nothing changed.
 */
export async function disconnect(marketplace: Marketplace, actor: string): Promise<Marketplace> {
  const { space, stripe_account } = marketplace;
  if (!stripe_account) return marketplace;
  await withStripeErrors(space, async () => {
    const platform = await loadPlatform(space);
    const does = await disconnectEffect(marketplace, platform.utility);
    if (does === "revoked") {
      await recordAudit(space, actor, `began to disconnect ${marketplace.name} from ${stripe_account}`);
      await revoke(stripe_account, platform);
    }
    await endConnection(marketplace, stripe_account, { by: "us", actor, stays: does === "made_by_us" });
  });
  return await getMarketplace(marketplace);
}

/** Stripe says `invalid_client` both of a wrong client id and of an account that is not connected (any more). */
async function revoke(account: string, { stripe, utility: { client_id = "" } }: Platform): Promise<void> {
  try {
    await stripe.oauth.deauthorize({ client_id, stripe_user_id: account });
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeOAuthError) && !isAccountGone(error)) throw error;
    if ((await readFacts(account, stripe)) === undefined) return;
    throw stripeRequestFailed("client_id_refused");
  }
}

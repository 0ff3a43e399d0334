import Stripe from "stripe";
import { withTimeout } from "../async/with_timeout.ts";
import { now } from "../clock.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import type { Platform } from "../utilities/platform.ts";
import { linkedAccount, refreshAccount } from "./refresh_account.ts";

/** How old Stripe's word may be on a page, in ms. */
const FRESH_MS = 5 * 60_000;
/** How long a page waits for a newer one, in ms. */
const PATIENCE_MS = 3_000;

/** The Marketplace as Stripe sees its account now, where what we know is old; as we know it, where Stripe does not say. */
export async function refreshIfStale(marketplace: Marketplace, { stripe }: Platform): Promise<Marketplace> {
  const { stripe_account_facts: facts } = marketplace;
  if (!linkedAccount(marketplace)) return marketplace;
  if (facts && now().getTime() - Date.parse(facts.read_at) < FRESH_MS) return marketplace;
  const fresh = refreshAccount(marketplace, stripe).catch((error: unknown) => {
    if (error instanceof Stripe.errors.StripeError) return undefined;
    throw error;
  });
  return (await withTimeout(fresh, PATIENCE_MS)) ?? marketplace;
}

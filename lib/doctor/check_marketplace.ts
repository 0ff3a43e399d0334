import Stripe from "stripe";
import { withTimeout } from "../async/with_timeout.ts";
import { iso, now } from "../clock.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { refreshAccount } from "../stripe_account/refresh_account.ts";
import { findRegistered } from "../stripe_webhook_endpoints/registered_endpoints.ts";
import { loadPlatform, NoApiToken, type Platform } from "../utilities/platform.ts";
import { basisOf, type Checks, keepChecks } from "./kept_checks.ts";
import { beginSpaceChecks, runChecks, type SpaceChecks } from "./run_checks.ts";

/** How long whoever presses the button waits for Stripe's word on the account, in ms. */
const PATIENCE_MS = 3_000;

/** Asks Stripe how the Marketplace's account stands, then checks each thing that must be right, and keeps what that came to. */
export async function checkMarketplace(
  found: Marketplace,
): Promise<{ marketplace: Marketplace; checks: Checks }> {
  const platform = await findPlatform(found.space);
  const marketplace = platform ? await refreshed(found, platform) : found;
  return {
    marketplace,
    checks: await makeChecks(marketplace, await beginSpaceChecks(found.space, platform)),
  };
}

/** Makes the checks of one Marketplace, and keeps what they came to. */
export async function makeChecks(marketplace: Marketplace, ofSpace: SpaceChecks): Promise<Checks> {
  // What it is made of is read before: what changes meanwhile makes it out of date, and never the other way round.
  const { version } = await findRegistered(marketplace.space);
  const basis = basisOf(marketplace, ofSpace.platform?.utility, version);
  const findings = await runChecks(marketplace, ofSpace);
  const checks = { checked_at: iso(now()), findings };
  await keepChecks(marketplace, basis, checks);
  return checks;
}

/** Undefined where the Space has no key yet. */
export async function findPlatform(space: string): Promise<Platform | undefined> {
  try {
    return await loadPlatform(space);
  } catch (error) {
    if (error instanceof NoApiToken) return undefined;
    throw error;
  }
}

/** The Marketplace as Stripe sees its account now; as we know it, where Stripe does not say. */
async function refreshed(marketplace: Marketplace, { stripe }: Platform): Promise<Marketplace> {
  const fresh = refreshAccount(marketplace, stripe).catch((error: unknown) => {
    if (error instanceof Stripe.errors.StripeError) return undefined;
    throw error;
  });
  return (await withTimeout(fresh, PATIENCE_MS)) ?? marketplace;
}

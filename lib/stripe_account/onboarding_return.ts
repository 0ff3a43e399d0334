import { StripeRequestFailed } from "../errors.ts";
import { requirementsChannel } from "../marketplaces/connection_status.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { marketplaceEditPath } from "../urls.ts";
import { loadPlatform } from "../utilities/platform.ts";
import { withStripeErrors } from "../utilities/stripe_errors.ts";
import { assertHttps } from "./assert_https.ts";
import { connectedNotice, connectedRedirect, type Redirect } from "./connected_redirect.ts";
import { accountLink, startOnboarding } from "./onboarding.ts";
import { refreshAccount } from "./refresh_account.ts";

/** Takes a browser back from Stripe's onboarding. That it came back proves nothing: the account itself is read. */
export const finishOnboarding = (marketplace: Marketplace): Promise<Redirect> =>
  orTrouble(marketplace, async () => {
    const { stripe } = await loadPlatform(marketplace.space);
    const now = await refreshAccount(marketplace, stripe);
    if (now.stripe_account) return await connectedRedirect(now);
    const trouble = now.onboarding_account
      ? "Stripe still wants details before this account can be connected. Press `Connect to Stripe` to go on there."
      : "There is no onboarding under way. Press `Connect to Stripe` to begin.";
    return { to: marketplaceEditPath(marketplace), notice: { trouble } };
  });

/** Sends a browser whose Account Link was used, or too old, on with a new one. */
export const renewOnboardingLink = (marketplace: Marketplace): Promise<Redirect> =>
  orTrouble(marketplace, async () => {
    const { space, stripe_account } = marketplace;
    if (stripe_account && requirementsChannel(marketplace) !== "account_link")
      return { to: marketplaceEditPath(marketplace), notice: { text: connectedNotice(marketplace) } };
    const platform = await loadPlatform(space);
    assertHttps(platform);
    const { stripe } = platform;
    const to = stripe_account
      ? await accountLink(stripe_account, marketplace, stripe)
      : await startOnboarding(marketplace, stripe);
    return { to };
  });

async function orTrouble(marketplace: Marketplace, land: () => Promise<Redirect>): Promise<Redirect> {
  try {
    return await withStripeErrors(marketplace.space, land);
  } catch (error) {
    if (!(error instanceof StripeRequestFailed)) throw error;
    return { to: marketplaceEditPath(marketplace), notice: { trouble: error.message } };
  }
}

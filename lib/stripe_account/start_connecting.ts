import { configuration } from "../configuration.ts";
import { httpError } from "../errors.ts";
import { requirementsChannel } from "../marketplaces/connection_status.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import type { Session } from "../session/session.ts";
import { loadPlatform } from "../utilities/platform.ts";
import { withStripeErrors } from "../utilities/stripe_errors.ts";
import { assertHttps } from "./assert_https.ts";
import { makeState } from "./oauth_state.ts";
import { accountLink, startOnboarding } from "./onboarding.ts";

/** Where Stripe sends people back to by OAuth; register it in the dashboard, under Connect's settings. */
export const oauthRedirectUri = (): string => `${configuration.baseUrl}/stripe_account/callback`;

/**
 * One button, two roads: by OAuth, where the Utility has a client id, a Vendor joins with an account of theirs;
 * otherwise we make an account, and they fill it in on Stripe's onboarding. Where that is connected, and Stripe wants more,
 * they go on there.
 * @returns where at Stripe the browser goes on to.
 * @throws {HttpError} 409 `already_connected`; {StripeRequestFailed}
 */
export async function startConnecting(marketplace: Marketplace, session: Session): Promise<string> {
  const { space, room, marketplace: id, stripe_account } = marketplace;
  if (stripe_account && requirementsChannel(marketplace) !== "account_link")
    throw httpError("already_connected", stripe_account);
  return await withStripeErrors(space, async () => {
    const platform = await loadPlatform(space);
    assertHttps(platform);
    const { stripe, livemode, utility } = platform;
    if (stripe_account) return await accountLink(stripe_account, marketplace, stripe);
    const { client_id } = utility;
    if (!client_id) return await startOnboarding(marketplace, stripe);
    const state = await makeState(
      {
        space,
        room,
        marketplace: id,
        utility: utility.utility,
        client_id,
        platform: utility.stripe_platform_account,
        livemode,
      },
      session,
    );
    return authorizeUrl(client_id, state, session.email);
  });
}

/** Built here, because the SDK's own ignores protocol and port (Stripe docs, "Connect OAuth reference"). */
function authorizeUrl(client_id: string, state: string, email: string): string {
  const url = new URL("/oauth/authorize", configuration.stripeApiBase ?? "https://connect.stripe.com");
  url.search = new URLSearchParams({
    response_type: "code",
    client_id,
    scope: "read_write",
    redirect_uri: oauthRedirectUri(),
    state,
    "stripe_user[email]": email,
  }).toString();
  return url.href;
}

import Stripe from "stripe";
import * as v from "valibot";
import { withTimeout } from "../async/with_timeout.ts";
import { iso, now } from "../clock.ts";
import { isAccountId } from "../ids.ts";
import { getMarketplace } from "../marketplaces/get_marketplace.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { forgetPlatform, loadPlatform, NoApiToken, type Platform } from "../utilities/platform.ts";
import { ConnectFailed } from "./connect_failed.ts";
import { isGrantShared } from "./connected_account.ts";
import { type OauthState, useState } from "./oauth_state.ts";
import { readFacts } from "./refresh_account.ts";
import { saveConnection } from "./save_connection.ts";

/** What Stripe sends the browser back with (Stripe docs, "Connect OAuth reference"). `error_description` may hold the code: it is not even read. */
type Back = { state: string; code?: string | undefined; error?: string | undefined };

/**
 * Exchanges the code for the Vendor's account, and connects the Marketplace to it. The state is used up first: a code
 * that is exchanged twice makes Stripe end the first grant. Of what Stripe answers only the account's id is kept.
 * @throws {ConnectFailed} with nothing connected that was not before.
 */
export async function completeOauth(back: Back, begun: OauthState, actor: string): Promise<Marketplace> {
  const marketplace = await getMarketplace(begun);
  if (!(await useState(back.state)))
    throw new ConnectFailed(begun.used_at || begun.good_until > iso(now()) ? "state_used" : "state_expired");
  if (back.error) throw new ConnectFailed(refusalOf(back.error));
  if (!back.code) throw new ConnectFailed("no_code");
  const platform = await assertPlatformUnchanged(begun);
  const account = await exchange(back.code, platform, begun);
  return await connect(marketplace, account, platform, begun, actor);
}

/** What Stripe's `error` means to the person (Stripe docs, "Connect OAuth reference"). */
export const refusalOf = (error: string): "denied" | "refused_by_stripe" =>
  error === "access_denied" ? "denied" : "refused_by_stripe";

/** The platform as it was when the person went to Stripe. */
async function assertPlatformUnchanged({
  space,
  utility,
  client_id,
  platform,
  livemode,
}: OauthState): Promise<Platform> {
  try {
    const found = await loadPlatform(space);
    const isSame =
      found.utility.utility === utility &&
      found.utility.client_id === client_id &&
      found.utility.stripe_platform_account === platform &&
      found.livemode === livemode;
    if (isSame) return found;
  } catch (error) {
    if (!(error instanceof NoApiToken)) throw error;
  }
  throw new ConnectFailed("settings_changed");
}

const Grant = v.object({
  stripe_user_id: v.pipe(v.string(), v.check(isAccountId)),
  livemode: v.boolean(),
});

async function exchange(code: string, platform: Platform, { space }: OauthState) {
  try {
    const grant = await platform.once().oauth.token({ grant_type: "authorization_code", code });
    return v.parse(Grant, grant);
  } catch (error) {
    throw failureOf(error, space);
  }
}

function failureOf(error: unknown, space: string): unknown {
  const { errors } = Stripe;
  if (error instanceof errors.StripeInvalidGrantError) return new ConnectFailed("code_refused");
  if (error instanceof errors.StripeInvalidClientError) return new ConnectFailed("client_refused");
  if (error instanceof errors.StripeAuthenticationError || error instanceof errors.StripePermissionError) {
    forgetPlatform(space);
    return new ConnectFailed("key_refused");
  }
  if (error instanceof errors.StripeRateLimitError) return new ConnectFailed("busy");
  if (error instanceof errors.StripeOAuthError) return new ConnectFailed("refused_by_stripe");
  if (error instanceof errors.StripeError || v.isValiError(error)) return new ConnectFailed("unavailable");
  return error;
}

/** How long a person waits for what Stripe says of the account, in ms; their page asks again. */
const FACTS_MS = 5_000;

async function connect(
  marketplace: Marketplace,
  { stripe_user_id: account, livemode }: v.InferOutput<typeof Grant>,
  platform: Platform,
  begun: OauthState,
  actor: string,
): Promise<Marketplace> {
  if (livemode !== begun.livemode) {
    await revokeGrant(account, marketplace, platform, begun);
    throw new ConnectFailed("wrong_mode");
  }
  // Stripe has granted it already; that it does not answer now only leaves the facts for later.
  const facts = await withTimeout(
    readFacts(account, platform.stripe).catch(() => undefined),
    FACTS_MS,
  );
  const saved = await saveConnection(marketplace, account, facts, actor);
  if (saved === "connected") return await getMarketplace(marketplace);
  await revokeGrant(account, marketplace, platform, begun);
  throw new ConnectFailed(saved);
}

/**
 * Gives back a grant that came to nothing, unless somebody uses the account by this same platform. Where Stripe does
 * not take it back, it stays a grant that nobody here knows of.
 */
async function revokeGrant(
  account: string,
  marketplace: Marketplace,
  { once, utility }: Platform,
  { client_id }: OauthState,
): Promise<void> {
  if (await isGrantShared(account, marketplace, utility)) return;
  await once()
    .oauth.deauthorize({ client_id, stripe_user_id: account })
    .catch(() => undefined);
}

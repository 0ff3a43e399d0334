import { authorize } from "../access/authorize.ts";
import { StripeRequestFailed, Unauthorized } from "../errors.ts";
import type { Request } from "../http/api.ts";
import type { MarketplaceRef } from "../ids.ts";
import { log } from "../log.ts";
import { requirementsMetAt } from "../marketplaces/connection_status.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import type { Notice } from "../session/notice.ts";
import { sessionOf } from "../session/session.ts";
import { ensureEndpoints } from "../stripe_webhook_endpoints/ensure_endpoints.ts";
import { waitForEndpoints } from "../stripe_webhook_endpoints/wait_for_endpoints.ts";
import { marketplaceEditPath, signInUrl } from "../urls.ts";
import { loadPlatform } from "../utilities/platform.ts";
import { withStripeErrors } from "../utilities/stripe_errors.ts";
import { completeOauth } from "./complete_oauth.ts";
import { ConnectFailed } from "./connect_failed.ts";
import { type OauthState, readState, sessionFingerprint } from "./oauth_state.ts";
import { accountLink, startOnboarding } from "./onboarding.ts";
import { refreshAccount } from "./refresh_account.ts";

/** Where a browser that comes back from Stripe goes on to, reading what. */
export type Redirect = { to: string; notice?: Notice };

/**
 * Takes a browser back from OAuth: to the Marketplace's page, connected, or with a sentence that says why not. A state
 * is good for whoever began, in the browser they began in. @throws {NotFound} for who represents the Vendor no more.
 */
export async function finishOauth(request: Request): Promise<Redirect> {
  const { state = "", code, error } = request.queryStringParameters ?? {};
  const begun = /^[\w-]{43}$/.test(state) ? await readState(state) : undefined;
  if (!begun) return failed("/", new ConnectFailed("unknown_state"));
  const edit = marketplaceEditPath(begun);
  try {
    const actor = await assertSamePerson(request, begun);
    return await landConnected(await completeOauth({ state, code, error }, begun, actor));
  } catch (error) {
    if (error instanceof Unauthorized) return failed(signInUrl(edit), new ConnectFailed("signed_out"));
    if (!(error instanceof ConnectFailed)) throw error;
    // Whose Marketplace it is, is told to nobody else.
    return failed(error.code === "state_of_another_person" ? "/" : edit, error, begun);
  }
}

/** @returns who it is, for the audit. */
async function assertSamePerson(request: Request, begun: OauthState): Promise<string> {
  const session = await sessionOf(request);
  if (!session) throw new Unauthorized();
  if (session.email !== begun.email) throw new ConnectFailed("state_of_another_person");
  if (sessionFingerprint(session) !== begun.browser) throw new ConnectFailed("state_of_another_browser");
  const { space, room, marketplace } = begun;
  const { actor } = await authorize(
    { ...request, pathParameters: { space, room, marketplace } },
    "representative",
  );
  return actor;
}

function failed(to: string, { code, message }: ConnectFailed, place?: MarketplaceRef): Redirect {
  log.warn("connecting failed", { reason: code, space: place?.space, marketplace: place?.marketplace });
  return { to, notice: { trouble: message } };
}

/** Takes a browser back from Stripe's onboarding. That it came back proves nothing: the account itself is read. */
export const finishOnboarding = (marketplace: Marketplace): Promise<Redirect> =>
  orTrouble(marketplace, async () => {
    const { stripe } = await loadPlatform(marketplace.space);
    const now = await refreshAccount(marketplace, stripe);
    if (now.stripe_account) return await landConnected(now);
    const trouble = now.onboarding_account
      ? "Stripe still wants details before this account can be connected. Press `Connect to Stripe` to go on there."
      : "There is no onboarding under way. Press `Connect to Stripe` to begin.";
    return { to: marketplaceEditPath(marketplace), notice: { trouble } };
  });

/** Sends a browser whose Account Link was used, or too old, on with a new one. */
export const renewOnboardingLink = (marketplace: Marketplace): Promise<Redirect> =>
  orTrouble(marketplace, async () => {
    const { space, stripe_account } = marketplace;
    if (stripe_account && requirementsMetAt(marketplace) !== "account_link")
      return { to: marketplaceEditPath(marketplace), notice: { text: connectedNotice(marketplace) } };
    const { stripe } = await loadPlatform(space);
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

async function landConnected(marketplace: Marketplace): Promise<Redirect> {
  const endpoints = await waitForEndpoints(ensureEndpoints(marketplace.space));
  const trouble =
    endpoints === undefined
      ? "Stripe is slow: the Space's webhook endpoints are registered within the hour."
      : endpoints.state === "trouble" && endpoints.trouble.code !== "under_way"
        ? `The Space's webhook endpoints could not be registered: ${endpoints.trouble.message}`
        : undefined;
  return {
    to: marketplaceEditPath(marketplace),
    notice: { text: connectedNotice(marketplace), ...(trouble && { trouble }) },
  };
}

const connectedNotice = (marketplace: Marketplace): string =>
  requirementsMetAt(marketplace)
    ? "Stripe Connected! What Stripe still wants of this account stands below."
    : "Stripe Connected!";

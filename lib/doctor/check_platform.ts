import Stripe from "stripe";
import { configuration } from "../configuration.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { oauthRedirectUri } from "../stripe_account/start_connecting.ts";
import { missingPermissions, OF_ACCOUNT } from "../utilities/check_api_token.ts";
import type { Platform } from "../utilities/platform.ts";
import type { Result } from "./finding.ts";

/** Whether Stripe takes the Space's key. */
export async function checkKey(platform: Platform | undefined): Promise<Result> {
  if (!platform)
    return {
      state: "bad",
      message: "There is none. A member can paste one on the page of the Stripe Utility.",
    };
  const { api_token_masked: key = "" } = platform.utility;
  try {
    // A secret key may do everything.
    const missing = key.startsWith("rk_") ? await missingPermissions(platform.once()) : [];
    if (missing.length > 0) return lacking(key, missing);
    const { id } = await platform.once().accounts.retrieveCurrent();
    return { state: "good", message: `${key} works, and is of ${id}.` };
  } catch (error) {
    if (error instanceof Stripe.errors.StripeAuthenticationError)
      return {
        state: "bad",
        message: `Stripe refuses ${key}. A member can paste another on the page of the Stripe Utility.`,
      };
    if (error instanceof Stripe.errors.StripePermissionError) return lacking(key, [OF_ACCOUNT]);
    if (error instanceof Stripe.errors.StripeError)
      return { state: "unknown", message: "Stripe does not answer. Check again in a minute." };
    throw error;
  }
}

const lacking = (key: string, missing: string[]): Result => ({
  state: "bad",
  message: `${key} lacks ${missing.join(", ")}. A member can paste another on the page of the Stripe Utility, which names all that is needed.`,
});

const isHttps = (): boolean => configuration.baseUrl.startsWith("https:");

/** Live mode takes no address without encryption (Stripe docs, "Connect OAuth reference"). */
export async function checkMode({ livemode }: Platform): Promise<Result> {
  if (!livemode) return { state: "good", message: "Test mode: no real money." };
  if (isHttps()) return { state: "good", message: "Live mode: real money." };
  return {
    state: "bad",
    message: `The key is of live mode, which takes https addresses only, and this service is at ${configuration.baseUrl}. Use a test mode key here.`,
  };
}

/** Which of the two roads `Connect to Stripe` takes. */
export async function checkClient({ utility: { client_id } }: Platform): Promise<Result> {
  return {
    state: "good",
    message: client_id
      ? `OAuth, with the client id ${client_id}: Vendors join with accounts of their own.`
      : "Stripe's onboarding: an account is made for each Vendor. For OAuth, save a Connect client id on the page of the Stripe Utility.",
  };
}

/** Stripe tells nobody which redirect URIs are registered; only that one was good, by letting somebody through. */
export async function checkRedirectUri(
  { utility: { client_id } }: Platform,
  { stripe_account, stripe_account_facts: facts }: Marketplace,
): Promise<Result> {
  if (!client_id) return { state: "good", message: "None is needed for Stripe's onboarding." };
  if (stripe_account && facts && !facts.made_by_us)
    return { state: "good", message: `${oauthRedirectUri()} let somebody through.` };
  return {
    state: "unknown",
    message: `Register exactly ${oauthRedirectUri()} at Stripe, in the settings of Connect, under OAuth.`,
  };
}

import Stripe from "stripe";
import { ValidationError } from "../errors.ts";
import { stripeClient } from "../stripe_client.ts";
import { isLive } from "./api_token.ts";

/** Whose key it is. */
export type PlatformAccount = { account: string; name: string; livemode: boolean };

/**
 * What we need besides, by the names in Stripe's dashboard, and a request that tells: a write without its parameters is
 * refused with 400 by whoever may write, and changes nothing.
 */
const NEEDED: [permission: string, method: "GET" | "POST", path: string][] = [
  ["Checkout Sessions: Write", "POST", "/v1/checkout/sessions"],
  ["PaymentIntents: Read", "GET", "/v1/payment_intents?limit=1"],
  ["Charges and Refunds: Write", "POST", "/v1/refunds"],
  ["Disputes: Read", "GET", "/v1/disputes?limit=1"],
  ["Balance: Read", "GET", "/v1/balance"],
  ["Balance Transaction Sources: Read", "GET", "/v1/balance_transactions?limit=1"],
  ["Transfers: Write", "POST", "/v1/transfers"],
  ["Events: Read", "GET", "/v1/events?limit=1"],
  ["Webhook Endpoints: Write", "POST", "/v1/webhook_endpoints"],
  ["Accounts (Connect): Read", "GET", "/v1/accounts?limit=1"],
  ["Account Links (Connect): Write", "POST", "/v1/account_links"],
];

/** What `GET /v1/account` needs, by the name that Stripe gives to it. */
export const OF_ACCOUNT: string = "Basic Business Contact Information: Read";

/** All of it, for who makes such a key. */
export const NEEDED_PERMISSIONS = [OF_ACCOUNT, ...NEEDED.map(([permission]) => permission)];

/** What a restricted key lacks, besides {@link OF_ACCOUNT}. @throws what Stripe's SDK throws where Stripe does not say */
export async function missingPermissions(stripe: Stripe): Promise<string[]> {
  const allowed = await Promise.all(NEEDED.map(([, method, path]) => isAllowed(stripe, method, path)));
  return NEEDED.filter((_, index) => !allowed[index]).map(([permission]) => permission);
}

/**
 * Asks Stripe whose key it is and whether it may do what is needed; all at once, so that a slow Stripe takes the time
 * of one request from API Gateway's 30 s.
 * @throws {ValidationError} with a sentence at the field.
 */
export async function checkApiToken(apiToken: string): Promise<PlatformAccount> {
  const stripe = stripeClient(apiToken);
  // A secret key may do everything.
  const [account, missing] = await Promise.all([
    whose(stripe),
    apiToken.startsWith("sk_") ? Promise.resolve<string[]>([]) : missingPermissions(stripe).catch(toTrouble),
  ]);
  if (!account) missing.unshift(OF_ACCOUNT);
  if (!account || missing.length > 0) throw refused(`This restricted key lacks ${missing.join(", ")}.`);
  return { ...account, livemode: isLive(apiToken) };
}

/** Undefined where the key may not ask. */
async function whose(stripe: Stripe): Promise<{ account: string; name: string } | undefined> {
  try {
    const { id, settings, business_profile } = await stripe.accounts.retrieveCurrent();
    // The SDK takes any JSON without an error in it for an account, be it a proxy's.
    if (!/^acct_/.test(id)) throw notAsked();
    return { account: id, name: settings?.dashboard.display_name || business_profile?.name || id };
  } catch (error) {
    if (error instanceof Stripe.errors.StripePermissionError) return undefined;
    throw troubleWith(error);
  }
}

async function isAllowed(stripe: Stripe, method: "GET" | "POST", path: string): Promise<boolean> {
  try {
    await stripe.rawRequest(method, path);
    return true;
  } catch (error) {
    if (error instanceof Stripe.errors.StripePermissionError) return false;
    if (error instanceof Stripe.errors.StripeInvalidRequestError) return true;
    throw error;
  }
}

const refused = (message: string): ValidationError => new ValidationError({ api_token: message });

const notAsked = (): ValidationError =>
  new ValidationError(
    {
      api_token:
        "Stripe could not be asked about this key. The one that was saved is still there; try again in a moment.",
    },
    "stripe_unavailable",
  );

const toTrouble = (error: unknown): never => {
  throw troubleWith(error);
};

function troubleWith(error: unknown): unknown {
  if (error instanceof Stripe.errors.StripeAuthenticationError)
    return refused("Stripe does not know this key.");
  return error instanceof Stripe.errors.StripeError ? notAsked() : error;
}

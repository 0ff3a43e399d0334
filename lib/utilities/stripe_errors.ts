import Stripe from "stripe";
import { withTimeout } from "../async/with_timeout.ts";
import { StripeRequestFailed, stripeRequestFailed } from "../errors.ts";
import { holdsSecret } from "../secrets/without_secrets.ts";
import { forgetPlatform, NoApiToken } from "./platform.ts";

/** Stripe knows no such account, or its Vendor has removed us there (Stripe docs, error code `account_invalid`). */
export const isAccountGone = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeError &&
  (error.code === "account_invalid" || (error.code === "resource_missing" && error.param === "account"));

/** What Stripe threw at us, as a sentence that says what to do; anything else as it is. */
export function troubleWithStripe(error: unknown, space: string): unknown {
  if (error instanceof NoApiToken) return stripeRequestFailed("no_api_token");
  if (error instanceof Stripe.errors.StripeAuthenticationError) {
    forgetPlatform(space);
    return stripeRequestFailed("stripe_key_refused");
  }
  if (error instanceof Stripe.errors.StripePermissionError)
    return stripeRequestFailed(
      "stripe_key_restricted",
      "A member can save one that may write Connect's accounts and account links, on the page of its Stripe Utility.",
    );
  if (error instanceof Stripe.errors.StripeRateLimitError) return stripeRequestFailed("stripe_busy");
  if (error instanceof Stripe.errors.StripeInvalidRequestError)
    return new StripeRequestFailed("stripe_refused", refusal(error), { cause: error });
  if (error instanceof Stripe.errors.StripeError) return unavailable(error);
  return error;
}

/** What a person waits for Stripe, in ms, over several calls: API Gateway gives up after 30 s, without a word. */
const PATIENCE_MS = 24_000;

/** Does what somebody waits for. @throws {StripeRequestFailed} for what Stripe refuses, and where it takes too long */
export async function withStripeErrors<Result>(space: string, work: () => Promise<Result>): Promise<Result> {
  try {
    const done = await withTimeout(
      work().then((result) => ({ result })),
      PATIENCE_MS,
    );
    if (done) return done.result;
  } catch (error) {
    throw troubleWithStripe(error, space);
  }
  throw unavailable();
}

const unavailable = (_cause?: Error): StripeRequestFailed => stripeRequestFailed("stripe_unavailable");

/** Stripe's own words, which tell the Distributor what their account lacks for Connect. */
const refusal = ({ message }: Error): string =>
  holdsSecret(message) ? "Stripe refused this." : `Stripe refused this: ${message}`;

import { configuration } from "../configuration.ts";
import { stripeRequestFailed } from "../errors.ts";
import type { Platform } from "../utilities/platform.ts";

/**
 * Refuses what Stripe would refuse with an account made already: in live mode it leads people back by https alone (Stripe
 * docs, "Account Links" and "Connect OAuth reference").
 * @throws {StripeRequestFailed} 409 `https_needed`
 */
export function assertHttps({ livemode }: Pick<Platform, "livemode">): void {
  if (livemode && !configuration.baseUrl.startsWith("https:")) throw stripeRequestFailed("https_needed");
}

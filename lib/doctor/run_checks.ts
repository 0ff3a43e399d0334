import { withTimeout } from "../async/with_timeout.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import type { StoredEvent } from "../stripe_events/stored_event.ts";
import { forwardUrl, spaceForwardUrl } from "../urls.ts";
import type { Platform } from "../utilities/platform.ts";
import { checkAccount } from "./check_account.ts";
import { checkEndpoints } from "./check_endpoints.ts";
import { checkLastEvent } from "./check_last_event.ts";
import { checkClient, checkKey, checkMode, checkRedirectUri } from "./check_platform.ts";
import { checkSecrets } from "./check_secrets.ts";
import type { Finding, Result } from "./finding.ts";

/** What one check may take, in ms: it stands on a page that somebody waits for. */
const CHECK_MS = 3_000;

/** Checks each thing that a Marketplace needs to sell and be paid; all at once, since most of them are asked of Stripe. */
export async function runChecks(
  marketplace: Marketplace,
  platform: Platform | undefined,
  last: StoredEvent | undefined,
): Promise<Finding[]> {
  const checks: [name: string, check: Promise<Result>][] = [
    ["Stripe key", checkKey(platform)],
    ...(platform ? onPlatform(marketplace, platform) : []),
    ["Marketplace's webhook secrets", checkSecrets(marketplace, "marketplace", forwardUrl(marketplace))],
    ["Space's webhook secrets", checkSecrets(marketplace, "space", spaceForwardUrl(marketplace.space))],
    ["Last event", checkLastEvent(last)],
  ];
  return await Promise.all(
    checks.map(async ([check, finding]) => ({ check, ...((await withTimeout(finding, CHECK_MS)) ?? LATE) })),
  );
}

const LATE = {
  state: "unknown",
  message: "This took too long to find out. Check again in a minute.",
} as const;

const onPlatform = (marketplace: Marketplace, platform: Platform): [string, Promise<Result>][] => [
  ["Mode", checkMode(platform)],
  ["Road to Stripe", checkClient(platform)],
  ["Redirect URI", checkRedirectUri(platform, marketplace)],
  ["Vendor's account", checkAccount(marketplace)],
  ["Webhook endpoints", checkEndpoints(marketplace.space, platform)],
];

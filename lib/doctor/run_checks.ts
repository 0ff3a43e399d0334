import { withTimeout } from "../async/with_timeout.ts";
import { describeError, log } from "../log.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { newestEvents } from "../stripe_events/list_events.ts";
import { lastEventOf } from "../stripe_events/recent_events_of.ts";
import type { StoredEvent } from "../stripe_events/stored_event.ts";
import type { Platform } from "../utilities/platform.ts";
import { checkAccount } from "./check_account.ts";
import { checkMarketplaceDeliveries, checkSpaceDeliveries } from "./check_deliveries.ts";
import { checkEndpoints } from "./check_endpoints.ts";
import { checkLastEvent } from "./check_last_event.ts";
import { checkClient, checkKey, checkMode, checkRedirectUri } from "./check_platform.ts";
import { checkMarketplaceSecrets, checkSpaceSecrets } from "./check_secrets.ts";
import type { Finding, Result } from "./finding.ts";

/** What one check may take, in ms: somebody waits for it, or other Spaces do. */
const CHECK_MS = 3_000;

/** The checks that come to the same for each Marketplace of a Space, and what the others need of it. */
export type SpaceChecks = {
  platform: Platform | undefined;
  events: StoredEvent[];
  key: Promise<Result>;
  endpoints: Promise<Result> | undefined;
  secrets: Promise<Result>;
  deliveries: Promise<Result>;
};

/** Begins a Space's own checks, once for all its Marketplaces. */
export async function beginSpaceChecks(space: string, platform: Platform | undefined): Promise<SpaceChecks> {
  const events: StoredEvent[] = [];
  for await (const some of newestEvents(space)) events.push(...some);
  return {
    platform,
    events,
    key: inTime(checkKey(platform)),
    endpoints: platform && inTime(checkEndpoints(space, platform)),
    secrets: inTime(checkSpaceSecrets(space)),
    deliveries: inTime(checkSpaceDeliveries(space, events)),
  };
}

/** Checks each thing that a Marketplace needs to sell and be paid; all at once, since most of them are asked of Stripe. */
export async function runChecks(
  marketplace: Marketplace,
  { platform, events, key, endpoints, secrets, deliveries }: SpaceChecks,
): Promise<Finding[]> {
  const checks: [name: string, check: Promise<Result> | undefined][] = [
    ["Stripe key", key],
    ["Mode", platform && checkMode(platform)],
    ["Connection method", platform && checkClient(platform)],
    ["Redirect URI", platform && checkRedirectUri(platform, marketplace)],
    ["Vendor's account", platform && checkAccount(marketplace)],
    ["Webhook endpoints", endpoints],
    ["Marketplace's webhook secrets", inTime(checkMarketplaceSecrets(marketplace))],
    ["Space's webhook secrets", secrets],
    ["Refused at the Marketplace's URL", inTime(checkMarketplaceDeliveries(marketplace, events))],
    ["Refused at the Space's URL", deliveries],
    ["Last event", checkLastEvent(lastEventOf(marketplace, events))],
  ];
  const findings = checks.map(async ([check, result]) => (result ? [{ check, ...(await result) }] : []));
  return (await Promise.all(findings)).flat();
}

/** A check that fails says so, and leaves the others to what they find; several Marketplaces wait for the Space's own. */
async function inTime(result: Promise<Result>): Promise<Result> {
  try {
    return (await withTimeout(result, CHECK_MS)) ?? LATE;
  } catch (error) {
    log.warn("a check failed", describeError(error));
    return FAILED;
  }
}

const LATE: Result = {
  state: "unknown",
  message: "This took too long to find out. Check again in a minute.",
};

const FAILED: Result = {
  state: "unknown",
  message: "This could not be found out. Check again in a minute.",
};

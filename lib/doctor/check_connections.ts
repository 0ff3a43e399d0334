import { after, now } from "../clock.ts";
import { CONNECTIONS_CURSOR_KEY, checksRow } from "../dynamodb/keys.ts";
import { describeError, log } from "../log.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { spacesInTurn } from "../spaces/spaces_in_turn.ts";
import { reconcileEndpoints } from "../stripe_account/reconcile_endpoints.ts";
import { linkedAccount } from "../stripe_account/refresh_account.ts";
import { warnOfFailures } from "../stripe_events/warn_of_failures.ts";
import { finishRotation } from "../stripe_webhook_endpoints/finish_rotation.ts";
import { NoApiToken } from "../utilities/platform.ts";
import { findPlatform, makeChecks } from "./check_marketplace.ts";
import { timesOfChecks } from "./kept_checks.ts";
import { beginSpaceChecks } from "./run_checks.ts";

/** Spaces that are looked after at the same time. Stripe's limits are per account, so they do not add up. */
const AT_ONCE = 8;

/** Other Spaces wait. */
const SPACE_MS = 15_000;
/** A Space's Marketplaces that are checked at the same time: a burst at its Stripe account would keep its events waiting. */
const CHECKED_AT_ONCE = 4;

/**
 * Hourly: sees that each Space's webhook endpoints are there, and makes the checks of each connected Marketplace; how its account
 * stands, recovery asks. Members are told of what fails. Goes through the Spaces from where it stopped last, once around at most.
 * @param until when no further Space is begun
 * @param spaceMs how long one Space's checks may take, in ms, when no further one is begun
 * @returns how many Spaces were looked after
 */
export async function checkConnections(until: Date, spaceMs = SPACE_MS): Promise<number> {
  let checked = 0;
  if (now() >= until) return checked;
  for await (const spaces of spacesInTurn(CONNECTIONS_CURSOR_KEY, AT_ONCE)) {
    await Promise.all(spaces.map((space) => checkSpace(space, spaceMs)));
    checked += spaces.length;
    if (now() >= until) break;
  }
  return checked;
}

/** Each step is done whatever became of the one before it. Where Stripe refuses the key, the checks are there to say so. */
async function checkSpace(space: string, ms: number): Promise<void> {
  await orLog(space, () => warnOfFailures(space));
  await orLog(space, () => reconcileEndpoints(space));
  await orLog(space, () => finishRotation(space));
  await orLog(space, () => checkMarketplaces(space, ms));
}

async function checkMarketplaces(space: string, ms: number): Promise<void> {
  const marketplaces = await linkedMarketplaces(space);
  if (marketplaces.length === 0) return;
  const until = after(now(), ms);
  const times = await timesOfChecks(space);
  const left = longestAgoFirst(marketplaces, (marketplace) => times.get(checksRow(marketplace)) ?? "");
  const ofSpace = await beginSpaceChecks(space, await findPlatform(space));
  while (left.length > 0 && now() < until)
    await Promise.all(
      left
        .splice(0, CHECKED_AT_ONCE)
        .map((marketplace) => orLog(space, () => makeChecks(marketplace, ofSpace))),
    );
}

const linkedMarketplaces = async (space: string): Promise<Marketplace[]> =>
  (await listMarketplaces(space)).filter(linkedAccount);

/** So that those which there was no time for have theirs in the next hour. */
const longestAgoFirst = (marketplaces: Marketplace[], at: (marketplace: Marketplace) => string) =>
  marketplaces.toSorted((one, other) => (at(one) < at(other) ? -1 : 1));

/** A dead key, a slow Stripe or a partition that does not answer is nobody's but its own. */
async function orLog(space: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof NoApiToken))
      log.warn("a Space's connections could not be checked", { space, ...describeError(error) });
  }
}

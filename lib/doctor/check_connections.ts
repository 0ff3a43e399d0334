import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { after, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { CONNECTIONS_CURSOR_KEY, checksRow, SPACES } from "../dynamodb/keys.ts";
import { pages } from "../dynamodb/pages.ts";
import { describeError, log } from "../log.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { reconcileEndpoints } from "../stripe_account/reconcile_endpoints.ts";
import { linkedAccount, refreshAccount } from "../stripe_account/refresh_account.ts";
import { finishRotation } from "../stripe_webhook_endpoints/finish_rotation.ts";
import { loadPlatform, NoApiToken } from "../utilities/platform.ts";
import { findPlatform, makeChecks } from "./check_marketplace.ts";
import { timesOfChecks } from "./kept_checks.ts";
import { beginSpaceChecks } from "./run_checks.ts";

/** Where the last run stopped, so that Spaces at the end of a long list have their turn, too. */
const Cursor = v.object({ space: v.string() });

/** Spaces that are looked after at the same time. Stripe's limits are per account, so they do not add up. */
const AT_ONCE = 8;

/** Other Spaces wait. */
const SPACE_MS = 15_000;
/** A Space's Marketplaces that are checked at the same time: a burst at its Stripe account would keep its events waiting. */
const CHECKED_AT_ONCE = 4;

/**
 * Hourly, for what no event told us: asks Stripe after each connected account, sees that each Space's webhook endpoints
 * are there, and makes the checks of each connected Marketplace. Goes through the Spaces from where it stopped last, once around at most.
 * @param until when no further Space is begun
 * @param spaceMs how long one Space's accounts may take, and then its checks, in ms, when no further one is begun
 * @returns how many Spaces were looked after
 */
export async function checkConnections(until: Date, spaceMs = SPACE_MS): Promise<number> {
  let checked = 0;
  for await (const spaces of spacesFrom(await readCursor())) {
    if (now() >= until) break;
    // First, so that Spaces which take all the time there is do not have every run to themselves.
    await saveCursor(spaces.at(-1) ?? "");
    await Promise.all(spaces.map((space) => checkSpace(space, spaceMs)));
    checked += spaces.length;
  }
  return checked;
}

/** Each step is done whatever became of the one before it. Where Stripe refuses the key, the checks are there to say so. */
async function checkSpace(space: string, ms: number): Promise<void> {
  await orLog(space, () => followAccounts(space, ms));
  await orLog(space, () => reconcileEndpoints(space));
  await orLog(space, () => finishRotation(space));
  await orLog(space, () => checkMarketplaces(space, ms));
}

async function followAccounts(space: string, ms: number): Promise<void> {
  const marketplaces = await linkedMarketplaces(space);
  if (marketplaces.length === 0) return;
  const { stripe } = await loadPlatform(space);
  const until = after(now(), ms);
  const readAt = ({ stripe_account_facts: facts }: Marketplace): string => facts?.read_at ?? "";
  for (const marketplace of longestAgoFirst(marketplaces, readAt)) {
    if (now() >= until) break;
    await orLog(space, () => refreshAccount(marketplace, stripe));
  }
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

/** Some at a time, those after `cursor` first. */
async function* spacesFrom(cursor: string): AsyncGenerator<string[]> {
  for (const [range, value] of [
    ["sk > :cursor", cursor],
    ["sk <= :cursor", cursor],
  ] as const) {
    for await (const rows of pages({
      TableName: configuration.settingsTable,
      KeyConditionExpression: `pk = :spaces AND ${range}`,
      // No key is empty; a space sorts before all slugs.
      ExpressionAttributeValues: { ":spaces": SPACES, ":cursor": value || " " },
      Limit: AT_ONCE,
    })) {
      const spaces = v.parse(v.array(v.object({ sk: v.string() })), rows).map(({ sk }) => sk);
      if (spaces.length > 0) yield spaces;
    }
  }
}

async function readCursor(): Promise<string> {
  const { Item } = await dynamodb.send(
    new GetCommand({ TableName: configuration.settingsTable, Key: CONNECTIONS_CURSOR_KEY }),
  );
  const cursor = v.safeParse(Cursor, Item);
  return cursor.success ? cursor.output.space : "";
}

async function saveCursor(space: string): Promise<void> {
  await dynamodb.send(
    new PutCommand({ TableName: configuration.settingsTable, Item: { ...CONNECTIONS_CURSOR_KEY, space } }),
  );
}

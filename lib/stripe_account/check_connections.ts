import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { CONNECTIONS_CURSOR_KEY, SPACES } from "../dynamodb/keys.ts";
import { pages } from "../dynamodb/pages.ts";
import { isDynamoError } from "../errors.ts";
import { describeError, log } from "../log.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import { finishRotation } from "../stripe_webhook_endpoints/finish_rotation.ts";
import { loadPlatform, NoApiToken } from "../utilities/platform.ts";
import { reconcileEndpoints } from "./reconcile_endpoints.ts";
import { linkedAccount, refreshAccount } from "./refresh_account.ts";

/** Where the last run stopped, so that Spaces at the end of a long list have their turn, too. */
const Cursor = v.object({ space: v.string() });

/** Spaces that are looked after at the same time. Stripe's limits are per account, so they do not add up. */
const AT_ONCE = 8;

/**
 * Hourly, for what no event told us: asks Stripe after each connected account, and sees that each Space's webhook
 * endpoints are there. Goes through the Spaces from where it stopped last, once around at most.
 * @param until when no further Space is begun
 * @returns how many Spaces were looked after
 */
export async function checkConnections(until: Date): Promise<number> {
  let checked = 0;
  for await (const spaces of spacesFrom(await readCursor())) {
    if (now() >= until) break;
    // First, so that Spaces which take all the time there is do not have every run to themselves.
    await saveCursor(spaces.at(-1) ?? "");
    await Promise.all(spaces.map(checkSpace));
    checked += spaces.length;
  }
  return checked;
}

async function checkSpace(space: string): Promise<void> {
  try {
    const marketplaces = (await listMarketplaces(space)).filter(linkedAccount);
    if (marketplaces.length > 0) {
      const { stripe } = await loadPlatform(space);
      for (const marketplace of marketplaces) await refreshAccount(marketplace, stripe);
    }
    await reconcileEndpoints(space);
    await finishRotation(space);
  } catch (error) {
    // One Space's dead key or slow Stripe is none of the others'. Tables that do not answer are everybody's.
    if (isDynamoError(error)) throw error;
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

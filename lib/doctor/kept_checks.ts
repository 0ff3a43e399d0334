import { createHash } from "node:crypto";
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { ifCondition } from "../dynamodb/conditional.ts";
import { CHECKS_PREFIX, checksRow, spaceKey } from "../dynamodb/keys.ts";
import { allRows } from "../dynamodb/pages.ts";
import type { MarketplaceRef } from "../ids.ts";
import { connectionStatus } from "../marketplaces/connection_status.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import type { StripeUtility } from "../utilities/stripe_utility.ts";
import { Finding } from "./finding.ts";

/** What the checks of a Marketplace came to, and when they were made (ISO 8601). */
export type Checks = { checked_at: string; findings: Finding[] };

const Row = v.object({ checked_at: v.string(), basis: v.string(), findings: v.array(Finding) });
const Made = v.object({ sk: v.string(), checked_at: v.string() });
const Kept = v.object({ sk: v.string(), ...Row.entries });

/**
 * What the checks were made of: the key, the account, the secrets, the endpoints and our address. When one of them is
 * another, what the checks said of it says nothing any more, whoever changed it.
 */
export function basisOf(
  marketplace: Marketplace,
  utility: StripeUtility | undefined,
  registeredVersion: number,
): string {
  const { stripe_account, stripe_webhook_endpoint_secret_masked: secrets } = marketplace;
  // When Stripe last said it is left out: the same said again changes nothing.
  const { status, requirements, deadline } = connectionStatus(marketplace);
  const madeOf = [
    configuration.baseUrl,
    utility && [utility.utility, utility.version],
    [stripe_account, status, requirements, deadline],
    secrets,
    registeredVersion,
  ];
  return createHash("sha256").update(JSON.stringify(madeOf)).digest("base64url");
}

/** A row of its own, since the Marketplace's is read with every checkout. What was checked earlier never takes the place of what was later. */
export async function keepChecks(ref: MarketplaceRef, basis: string, checks: Checks): Promise<void> {
  await ifCondition(
    dynamodb.send(
      new PutCommand({
        TableName: configuration.settingsTable,
        Item: { ...keyOf(ref), basis, ...checks },
        ConditionExpression: "attribute_not_exists(pk) OR checked_at < :checked_at",
        ExpressionAttributeValues: { ":checked_at": checks.checked_at },
      }),
    ),
  );
}

/** What the last checks came to; undefined where none were made of things as they are now. */
export async function findChecks(ref: MarketplaceRef, basis: string): Promise<Checks | undefined> {
  const { Item } = await dynamodb.send(
    new GetCommand({ TableName: configuration.settingsTable, Key: keyOf(ref), ConsistentRead: true }),
  );
  const row = v.safeParse(Row, Item);
  if (!row.success || row.output.basis !== basis) return undefined;
  const { checked_at, findings } = row.output;
  return { checked_at, findings };
}

/** What the last checks of each of the Space's Marketplaces came to, and of what they were made, by the row. */
export async function allChecks(space: string): Promise<Map<string, Checks & { basis: string }>> {
  const rows = await allRows(queryOf(space));
  return new Map(
    rows.flatMap((row) => {
      const kept = v.safeParse(Kept, row);
      return kept.success ? [[kept.output.sk, kept.output]] : [];
    }),
  );
}

/** When each of the Space's Marketplaces was last checked, by the row. */
export async function timesOfChecks(space: string): Promise<Map<string, string>> {
  const rows = await allRows({ ...queryOf(space), ProjectionExpression: "sk, checked_at" });
  return new Map(v.parse(v.array(Made), rows).map(({ sk, checked_at }) => [sk, checked_at]));
}

const queryOf = (space: string) => ({
  TableName: configuration.settingsTable,
  KeyConditionExpression: "pk = :space AND begins_with(sk, :checks)",
  ExpressionAttributeValues: { ":space": spaceKey(space), ":checks": CHECKS_PREFIX },
});

const keyOf = (ref: MarketplaceRef) => ({ pk: spaceKey(ref.space), sk: checksRow(ref) });

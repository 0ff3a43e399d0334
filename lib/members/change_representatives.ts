import { auditPut } from "../audit/audit.ts";
import { configuration } from "../configuration.ts";
import { personKey, representationRow, representativeRow, spaceKey } from "../dynamodb/keys.ts";
import { allRows } from "../dynamodb/pages.ts";
import { transact } from "../dynamodb/transact.ts";
import type { MarketplaceRef } from "../ids.ts";

/** A representative's rows, seen from the Space and from the person, written and removed together. */
export const representativeRows = (place: MarketplaceRef, email: string) => {
  const { space, room, marketplace } = place;
  return keysOf(place, email).map((key) => ({ ...key, space, room, marketplace, email }));
};

const keysOf = (ref: MarketplaceRef, email: string) => [
  { pk: spaceKey(ref.space), sk: representativeRow(ref.marketplace, email) },
  { pk: personKey(email), sk: representationRow(ref) },
];

/** Who represents the Marketplace's Vendor. */
export async function representativesOf({ space, marketplace }: MarketplaceRef): Promise<string[]> {
  const prefix = representativeRow(marketplace, "");
  const rows = await allRows({
    TableName: configuration.settingsTable,
    KeyConditionExpression: "pk = :space AND begins_with(sk, :representative)",
    ExpressionAttributeValues: { ":space": spaceKey(space), ":representative": prefix },
    ConsistentRead: true,
  });
  return rows.map(({ sk }) => String(sk).slice(prefix.length));
}

/** Lets a person represent the Vendor; somebody who does stays. */
export async function addRepresentative(place: MarketplaceRef, email: string, actor: string): Promise<void> {
  const TableName = configuration.settingsTable;
  const { space, marketplace } = place;
  await transact([
    ...representativeRows(place, email).map((Item) => ({
      Put: { TableName, Item, ConditionExpression: "attribute_not_exists(pk)" },
    })),
    auditPut(space, actor, `let ${email} represent the Vendor of ${marketplace}`),
  ]);
}

export async function removeRepresentative(
  place: MarketplaceRef,
  email: string,
  actor: string,
): Promise<void> {
  const TableName = configuration.settingsTable;
  await transact([
    ...keysOf(place, email).map((Key) => ({
      Delete: { TableName, Key, ConditionExpression: "attribute_exists(pk)" },
    })),
    auditPut(place.space, actor, `removed the representative ${email} of ${place.marketplace}`),
  ]);
}

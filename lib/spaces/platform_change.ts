import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { findRow } from "../dynamodb/find_row.ts";
import { spaceRowKey } from "../dynamodb/keys.ts";

/** The last time that a Space got the key of another Stripe account than it had: its buyers pay that one from then on. */
export type PlatformChange = v.InferOutput<typeof PlatformChange>;
const PlatformChange = v.object({
  /** `acct_…` */
  from: v.string(),
  to: v.string(),
  /** Who saved the key. */
  actor: v.string(),
  /** ISO 8601. */
  at: v.string(),
});

const Row = v.object({ platform_change: v.optional(PlatformChange) });

/** Undefined for a Space that has sold through one account only. */
export async function findPlatformChange(space: string): Promise<PlatformChange | undefined> {
  return (await findRow(Row, configuration.settingsTable, spaceRowKey(space)))?.platform_change;
}

/** The part of a transaction that notes it. */
export const platformChangeUpdate = (space: string, change: PlatformChange) => ({
  Update: {
    TableName: configuration.settingsTable,
    Key: spaceRowKey(space),
    UpdateExpression: "SET platform_change = :change",
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeValues: { ":change": change },
  },
});

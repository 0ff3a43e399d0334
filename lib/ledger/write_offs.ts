import * as v from "valibot";
import { iso } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { writeOffKey, writeOffsKey } from "../dynamodb/keys.ts";
import { allRows } from "../dynamodb/pages.ts";

/**
 * That a person let a Vendor keep what they owe, or go without what they are short of. No money moves, so Stripe has no
 * record of it; the statement of its month does. Amounts are in the smallest unit of the currency of the Order's money.
 */
export type WriteOff = v.InferOutput<typeof WriteOff>;
export const WriteOff = v.object({
  marketplace: v.string(),
  order: v.string(),
  /** ISO 8601 */
  at: v.string(),
  written_off: v.number(),
  given_up: v.number(),
});

/** The part of a transaction that writes one. */
export const writeOffPut = (writeOff: WriteOff) => ({
  Put: {
    TableName: configuration.ordersTable,
    Item: { ...writeOffKey(writeOff.marketplace, writeOff.at, writeOff.order), ...writeOff },
  },
});

/** All of a Marketplace from a time on, the oldest first. They are few: each was decided by a person. */
export async function writeOffsSince(marketplace: string, from: Date): Promise<WriteOff[]> {
  const rows = await allRows({
    TableName: configuration.ordersTable,
    KeyConditionExpression: "pk = :pk AND sk >= :from",
    ExpressionAttributeValues: { ":pk": writeOffsKey(marketplace), ":from": iso(from) },
  });
  return v.parse(v.array(WriteOff), rows);
}

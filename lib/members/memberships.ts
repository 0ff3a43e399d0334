import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { MEMBERSHIP_PREFIX, personKey } from "../dynamodb/keys.ts";
import { allRows } from "../dynamodb/pages.ts";

/** What a person was let into: Spaces as a member, Marketplaces as a representative. */
export type Membership = v.InferOutput<typeof Membership>;
export const Membership = v.object({
  space: v.string(),
  room: v.optional(v.string()),
  marketplace: v.optional(v.string()),
});

export async function placesOf(email: string): Promise<Membership[]> {
  const rows = await allRows({
    TableName: configuration.settingsTable,
    KeyConditionExpression: "pk = :person AND begins_with(sk, :place)",
    ExpressionAttributeValues: { ":person": personKey(email), ":place": MEMBERSHIP_PREFIX },
  });
  return v.parse(v.array(Membership), rows);
}

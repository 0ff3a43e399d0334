import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { MEMBERSHIP_PREFIX, personKey } from "../dynamodb/keys.ts";

/** What a person was let into: Spaces as a member, Marketplaces as a representative. */
export type Membership = v.InferOutput<typeof Membership>;
const Membership = v.object({
  space: v.string(),
  room: v.optional(v.string()),
  marketplace: v.optional(v.string()),
});

export async function placesOf(email: string): Promise<Membership[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: configuration.settingsTable,
      KeyConditionExpression: "pk = :person AND begins_with(sk, :place)",
      ExpressionAttributeValues: { ":person": personKey(email), ":place": MEMBERSHIP_PREFIX },
    }),
  );
  return v.parse(v.array(Membership), Items);
}

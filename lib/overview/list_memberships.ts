import { GetCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import type { Access } from "../access/authorize.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { marketplaceKey, SPACES, spaceRowKey } from "../dynamodb/keys.ts";
import { allRows } from "../dynamodb/pages.ts";
import { describeError, log } from "../log.ts";
import { Membership, placesOf } from "../members/memberships.ts";

/** A Space or a Marketplace, and what people call it. */
export type NamedPlace = v.InferOutput<typeof NamedPlace>;
export const NamedPlace = v.object({ ...Membership.entries, name: v.string() });

/** What whoever asks may manage: a program its Space, an operator all, a person what they were let into. */
export async function listPlaces({ role, space, actor }: Access): Promise<NamedPlace[]> {
  if (role === "operator") return await allSpaces();
  const places = role === "program" ? [{ space }] : await placesOf(actor);
  return await Promise.all(places.map(async (place) => ({ ...place, name: await nameOf(place) })));
}

async function allSpaces(): Promise<NamedPlace[]> {
  const rows = await allRows({
    TableName: configuration.settingsTable,
    KeyConditionExpression: "pk = :spaces",
    ExpressionAttributeValues: { ":spaces": SPACES },
  });
  return v.parse(v.array(v.object({ space: v.string(), name: v.string() })), rows);
}

const Named = v.object({ name: v.string() });

/**
 * By the place's own row: a person's holds no name, which would have to be kept right in each. One whose row the table
 * does not give goes by its id, and keeps nobody from the others.
 */
async function nameOf(place: Membership): Promise<string> {
  const name = await readName(place).catch((error: unknown) => {
    log.warn("a name could not be read", { space: place.space, ...describeError(error) });
    return undefined;
  });
  return name ?? place.marketplace ?? place.space;
}

async function readName({ space, room, marketplace }: Membership): Promise<string | undefined> {
  const Key = room && marketplace ? marketplaceKey({ space, room, marketplace }) : spaceRowKey(space);
  const { Item } = await dynamodb.send(
    new GetCommand({
      TableName: configuration.settingsTable,
      Key,
      ProjectionExpression: "#name",
      ExpressionAttributeNames: { "#name": "name" },
    }),
  );
  const row = v.safeParse(Named, Item);
  return row.success ? row.output.name : undefined;
}

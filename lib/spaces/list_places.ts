import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import type { Access } from "../access/authorize.ts";
import { type Place, placesOf } from "../access/people.ts";
import { configuration } from "../configuration.ts";
import { documents } from "../dynamodb.ts";
import { SPACES } from "./space.ts";

/** What whoever asks may manage: a program its Space, an operator all, a person what they were let into. */
export async function listPlaces({ role, space, actor }: Access): Promise<Place[]> {
  if (role === "program") return [{ space }];
  return role === "operator" ? await allSpaces() : await placesOf(actor);
}

async function allSpaces(): Promise<Place[]> {
  const { Items = [] } = await documents.send(
    new QueryCommand({
      TableName: configuration.settingsTable,
      KeyConditionExpression: "pk = :spaces",
      ExpressionAttributeValues: { ":spaces": SPACES },
    }),
  );
  return v.parse(v.array(v.object({ space: v.string() })), Items);
}

import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { replaysKey } from "../dynamodb/keys.ts";
import { Replay } from "./replay.ts";

/** A Space's last replays, the newest first. */
export async function listReplays(space: string, limit: number): Promise<Replay[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: configuration.settingsTable,
      KeyConditionExpression: "pk = :replays",
      ExpressionAttributeValues: { ":replays": replaysKey(space) },
      ScanIndexForward: false,
      Limit: limit,
      ConsistentRead: true,
    }),
  );
  return v.parse(v.array(Replay), Items);
}

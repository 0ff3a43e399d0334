import { randomUUID } from "node:crypto";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { expect, it } from "vitest";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { membershipRow, personKey } from "../../../lib/dynamodb/keys.ts";
import { placesOf } from "../../../lib/members/memberships.ts";

it("are all of them, also where they are more than the 1 MB that the table answers at once", async () => {
  const email = `${randomUUID()}@example.com`;
  const spaces = ["one", "three", "two"];
  for (const space of spaces)
    await dynamodb.send(
      new PutCommand({
        TableName: configuration.settingsTable,
        Item: { pk: personKey(email), sk: membershipRow(space), space, padding: "x".repeat(380_000) },
      }),
    );
  expect(await placesOf(email)).toEqual(spaces.map((space) => ({ space })));
});

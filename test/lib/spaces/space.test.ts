import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { expect, it } from "vitest";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { SPACE_ROW, spaceKey } from "../../../lib/dynamodb/keys.ts";
import { aSpace } from "../../support/spaces.ts";

it("keys the row of a Space", async () => {
  const { space } = await aSpace();
  expect([spaceKey(space), SPACE_ROW]).toEqual([`SPACE#${space}`, "SPACE"]);
  const Key = { pk: spaceKey(space), sk: SPACE_ROW };
  const { Item } = await dynamodb.send(new GetCommand({ TableName: configuration.settingsTable, Key }));
  expect(Item).toMatchObject({ space, name: "A Space" });
});

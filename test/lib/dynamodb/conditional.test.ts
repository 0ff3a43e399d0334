import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, expect, it, vi } from "vitest";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { ifCondition, itemInTheWay } from "../../../lib/dynamodb/conditional.ts";

afterEach(() => vi.unstubAllEnvs());

const put = (name: string, of: "ALL_OLD" | "NONE" = "NONE") =>
  dynamodb.send(
    new PutCommand({
      TableName: configuration.settingsTable,
      Item: { pk: `CONDITIONAL#${name}`, sk: "ROW", name },
      ConditionExpression: "attribute_not_exists(pk)",
      ReturnValuesOnConditionCheckFailure: of,
    }),
  );

it("brings the table's answer where the condition held, and nothing where it did not", async () => {
  expect(await ifCondition(put("a"))).toMatchObject({ $metadata: {} });
  expect(await ifCondition(put("a"))).toBeUndefined();
});

it("brings the item in the way to whoever asked the table for it", async () => {
  expect(await itemInTheWay(put("b", "ALL_OLD"))).toBeUndefined();
  expect(await itemInTheWay(put("b", "ALL_OLD"))).toEqual({
    pk: { S: "CONDITIONAL#b" },
    sk: { S: "ROW" },
    name: { S: "b" },
  });
});

it.each([ifCondition, itemInTheWay])("throws what else the table says: %o", async (helper) => {
  vi.stubEnv("SETTINGS_TABLE", "no-such-table");
  await expect(helper(put("c"))).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});

import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, expect, it, vi } from "vitest";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { transact } from "../../../lib/dynamodb/transact.ts";

afterEach(() => vi.unstubAllEnvs());

const keyOf = (name: string) => ({ pk: `TRANSACT#${name}`, sk: "ROW" });
const put = (name: string) => ({
  Put: {
    TableName: configuration.settingsTable,
    Item: keyOf(name),
    ConditionExpression: "attribute_not_exists(pk)",
  },
});
const isThere = async (name: string): Promise<boolean> => {
  const Key = keyOf(name);
  const { Item } = await dynamodb.send(new GetCommand({ TableName: configuration.settingsTable, Key }));
  return Item !== undefined;
};

it("writes all of it", async () => {
  expect(await transact([put("a"), put("b")])).toBe(true);
  expect([await isThere("a"), await isThere("b")]).toEqual([true, true]);
});

it("writes nothing where one condition does not hold", async () => {
  await transact([put("taken")]);
  expect(await transact([put("c"), put("taken")])).toBe(false);
  expect(await isThere("c")).toBe(false);
});

it("throws where the table is in trouble, which is no condition", async () => {
  vi.stubEnv("SETTINGS_TABLE", "no-such-table");
  await expect(transact([put("d")])).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});

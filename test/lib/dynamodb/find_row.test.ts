import { PutCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { expect, it } from "vitest";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { findRow } from "../../../lib/dynamodb/find_row.ts";

const key = { pk: "FIND_ROW", sk: "ROW" };
const find = (row: v.GenericSchema, of = key) => findRow(row, configuration.settingsTable, of);

it("brings a row in its shape, and nothing where there is none", async () => {
  const put = { TableName: configuration.settingsTable, Item: { ...key, name: "Zinc", count: 1 } };
  await dynamodb.send(new PutCommand(put));
  expect(await find(v.object({ name: v.string() }))).toEqual({ name: "Zinc" });
  expect(await find(v.object({ name: v.string() }), { ...key, sk: "OTHER" })).toBeUndefined();
  await expect(find(v.object({ name: v.number() }))).rejects.toMatchObject({ name: "ValiError" });
});

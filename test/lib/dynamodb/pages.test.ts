import { PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { allRows, pages } from "../../../lib/dynamodb/pages.ts";

const all = ["1", "2", "3", "4", "5"].map((sk) => ({ pk: "PAGES", sk }));
const query = () => ({
  TableName: configuration.settingsTable,
  KeyConditionExpression: "pk = :pk",
  ExpressionAttributeValues: { ":pk": "PAGES" },
});

beforeAll(async () => {
  for (const row of all)
    await dynamodb.send(new PutCommand({ TableName: configuration.settingsTable, Item: row }));
});

afterEach(() => vi.restoreAllMocks());

it("brings every row, however many pages they are on", async () => {
  expect(await allRows({ ...query(), Limit: 2 })).toEqual(all);
  expect(await allRows(query())).toEqual(all);
});

it("reads a page when it is asked for, and leaves the query as it is", async () => {
  const send = vi.spyOn(dynamodb, "send");
  const input = { ...query(), Limit: 2 };
  for await (const page of pages(input)) {
    expect(page).toEqual(all.slice(0, 2));
    break;
  }
  expect(send.mock.calls.filter(([command]) => command instanceof QueryCommand)).toHaveLength(1);
  expect(input).toEqual({ ...query(), Limit: 2 });
});

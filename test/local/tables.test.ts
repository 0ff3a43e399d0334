import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { expect, inject, it } from "vitest";
import { createTables, tablesOf, tableVariables } from "../../local/tables.ts";

it("reads the tables of aws/data.yml, named for the stage", () => {
  expect(tableVariables(tablesOf("local"))).toEqual({
    SETTINGS_TABLE: "convene-stripe-local-settings",
    EVENTS_TABLE: "convene-stripe-local-events",
    ORDERS_TABLE: "convene-stripe-local-orders",
  });
});

it("makes them with their indexes and the stream, and leaves alone those that are there", async () => {
  const tables = tablesOf(`made-${Date.now()}`);
  await createTables(inject("dynamodbEndpoint"), tables);
  await createTables(inject("dynamodbEndpoint"), tables);
  const { EVENTS_TABLE } = tableVariables(tables);
  const { Table } = await new DynamoDBClient({}).send(new DescribeTableCommand({ TableName: EVENTS_TABLE }));
  expect(Table).toMatchObject({
    TableStatus: "ACTIVE",
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
  });
  expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName).sort()).toEqual([
    "due",
    "failing",
    "log",
  ]);
});

it("adds the indexes and the stream that a table of an earlier version lacks", async () => {
  const tables = tablesOf(`earlier-${Date.now()}`);
  const { ORDERS_TABLE } = tableVariables(tables);
  const {
    GlobalSecondaryIndexes: _none,
    StreamSpecification: _neither,
    ...earlier
  } = tables.get("ORDERS_TABLE") ?? never();
  const AttributeDefinitions = earlier.AttributeDefinitions?.filter(({ AttributeName = "" }) =>
    ["pk", "sk"].includes(AttributeName),
  );
  await createTables(
    inject("dynamodbEndpoint"),
    new Map([["ORDERS_TABLE", { ...earlier, AttributeDefinitions }]]),
  );
  await createTables(inject("dynamodbEndpoint"), tables);
  const { Table } = await new DynamoDBClient({}).send(new DescribeTableCommand({ TableName: ORDERS_TABLE }));
  expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName).sort()).toEqual([
    "attention",
    "buyers",
    "due",
    "ledger",
    "outbox",
  ]);
  expect(Table?.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: "NEW_IMAGE" });
});

function never(): never {
  throw new Error("there is no such table");
}

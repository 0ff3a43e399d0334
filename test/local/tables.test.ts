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
  expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName).sort()).toEqual(["due", "log"]);
});

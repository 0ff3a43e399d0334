import { readFileSync } from "node:fs";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  UpdateTableCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { parse } from "yaml";

const Template = v.object({
  Resources: v.record(v.string(), v.object({ Type: v.string(), Properties: v.unknown() })),
});

/** What `CreateTable` takes of a template's table; the rest (recovery, protection, time to live) is for AWS. */
const Table = v.pipe(
  v.object({
    TableName: v.string(),
    BillingMode: v.picklist(["PAY_PER_REQUEST"]),
    AttributeDefinitions: v.array(
      v.object({ AttributeName: v.string(), AttributeType: v.picklist(["S", "N", "B"]) }),
    ),
    KeySchema: v.array(v.object({ AttributeName: v.string(), KeyType: v.picklist(["HASH", "RANGE"]) })),
    GlobalSecondaryIndexes: v.optional(
      v.array(
        v.object({
          IndexName: v.string(),
          KeySchema: v.array(v.object({ AttributeName: v.string(), KeyType: v.picklist(["HASH", "RANGE"]) })),
          Projection: v.object({
            ProjectionType: v.picklist(["KEYS_ONLY", "INCLUDE", "ALL"]),
            NonKeyAttributes: v.exactOptional(v.array(v.string())),
          }),
        }),
      ),
    ),
    StreamSpecification: v.optional(v.object({ StreamViewType: v.picklist(["NEW_IMAGE"]) })),
  }),
  v.transform(
    ({ StreamSpecification, GlobalSecondaryIndexes, ...table }): CreateTableCommandInput => ({
      ...table,
      ...(GlobalSecondaryIndexes && { GlobalSecondaryIndexes }),
      ...(StreamSpecification && { StreamSpecification: { StreamEnabled: true, ...StreamSpecification } }),
    }),
  ),
);

/** The tables of `aws/data.yml`, named for a stage, by the variable that tells the functions the name. */
export function tablesOf(stage: string): Map<string, CreateTableCommandInput> {
  const yaml = readFileSync(new URL("../aws/data.yml", import.meta.url), "utf8");
  // Its tags (`!Sub`) are read as the plain text that follows them.
  const { Resources } = v.parse(Template, parse(yaml, { logLevel: "silent" }));
  const tables = Object.entries(Resources).filter(([, { Type }]) => Type === "AWS::DynamoDB::Table");
  return new Map(
    tables.map(([logicalId, { Properties }]) => {
      const table = v.parse(Table, Properties);
      return [variableOf(logicalId), { ...table, TableName: resolveName(table.TableName ?? "", stage) }];
    }),
  );
}

/** The variables of `provider.environment` that name the tables. */
export const tableVariables = (tables: Map<string, CreateTableCommandInput>): Record<string, string> =>
  Object.fromEntries([...tables].map(([variable, { TableName = "" }]) => [variable, TableName]));

/** `EventsTable` is told as `EVENTS_TABLE`. */
const variableOf = (logicalId: string): string =>
  logicalId.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();

function resolveName(name: string, stage: string): string {
  const resolved = name.replace(/\$\{Stage\}/, stage);
  if (resolved.includes("$")) throw new Error(`cannot resolve the table name ${name}`);
  return resolved;
}

/** Makes the tables, indexes and streams that are not there yet: the data of an earlier version stays. */
export async function createTables(
  endpoint: string,
  tables: Map<string, CreateTableCommandInput>,
): Promise<void> {
  const client = new DynamoDBClient({
    endpoint,
    region: "local",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  await Promise.all(
    [...tables.values()].map(async (table) => {
      try {
        await client.send(new CreateTableCommand(table));
      } catch (error) {
        if (!(error instanceof ResourceInUseException)) throw error;
        await addWhatIsMissing(client, table);
      }
      await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName: table.TableName });
    }),
  );
  client.destroy();
}

/** One at a time, as DynamoDB does it. */
async function addWhatIsMissing(client: DynamoDBClient, table: CreateTableCommandInput): Promise<void> {
  const { TableName, AttributeDefinitions, GlobalSecondaryIndexes = [], StreamSpecification } = table;
  const { Table: existing } = await client.send(new DescribeTableCommand({ TableName }));
  if (StreamSpecification && !existing?.StreamSpecification?.StreamEnabled)
    await client.send(new UpdateTableCommand({ TableName, StreamSpecification }));
  const names = new Set(existing?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName));
  for (const Create of GlobalSecondaryIndexes.filter(({ IndexName }) => !names.has(IndexName))) {
    await client.send(
      new UpdateTableCommand({ TableName, AttributeDefinitions, GlobalSecondaryIndexUpdates: [{ Create }] }),
    );
    await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName });
  }
}

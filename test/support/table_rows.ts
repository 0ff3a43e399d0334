import { DeleteCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { inject } from "vitest";
import { configuration } from "../../lib/configuration.ts";
import { dynamodb } from "../../lib/dynamodb/client.ts";

type Row = Record<string, unknown>;

/** Every row of this test file's three tables, as it is stored, in an order that stays the same. */
export async function tableRows(): Promise<Row[]> {
  const { settingsTable, eventsTable, ordersTable } = configuration;
  const tables = await Promise.all([settingsTable, eventsTable, ordersTable].map(rowsOf));
  return tables.flatMap((rows) => rows.sort((one, another) => (keyOf(one) < keyOf(another) ? -1 : 1)));
}

/** Takes all rows out of this test file's settings. */
export async function emptySettings(): Promise<void> {
  const TableName = configuration.settingsTable;
  for (const { pk, sk } of await rowsOf(TableName))
    await dynamodb.send(new DeleteCommand({ TableName, Key: { pk, sk } }));
}

async function rowsOf(TableName: string): Promise<Row[]> {
  if (inject("workersTables").some((tables) => Object.values(tables).includes(TableName)))
    throw new Error("what looks at all rows takes ownTables: those that files share have thousands");
  const rows: Row[] = [];
  let from: Row | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await dynamodb.send(
      new ScanCommand({ TableName, ConsistentRead: true, ...(from && { ExclusiveStartKey: from }) }),
    );
    rows.push(...Items);
    from = LastEvaluatedKey;
  } while (from);
  return rows;
}

const keyOf = ({ pk, sk }: Row): string => `${pk} ${sk}`;

import { createTables, tablesOf, tableVariables } from "../../local/tables.ts";

/**
 * Makes the tables of a stage without their streams: no test in one process reads one, and the more records the
 * native emulator keeps, the longer each write takes.
 * @returns the variables that name the tables.
 */
export async function createTestTables(endpoint: string, stage: string): Promise<Record<string, string>> {
  const tables = tablesOf(stage);
  for (const table of tables.values()) delete table.StreamSpecification;
  await createTables(endpoint, tables);
  return tableVariables(tables);
}

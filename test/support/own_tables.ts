import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import { createTables, tablesOf, tableVariables } from "../../local/tables.ts";

/** Gives this file of tests tables of its own, for what looks at all rows there are, or has rows of fixed names. */
export async function ownTables(): Promise<void> {
  const tables = tablesOf(`test-${randomBytes(6).toString("hex")}`);
  await createTables(inject("dynamodbEndpoint"), tables);
  Object.assign(process.env, tableVariables(tables));
}

import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import { createTestTables } from "./test_tables.ts";

/** Gives this file of tests tables of its own, for what looks at all rows there are, or has rows of fixed names. */
export async function ownTables(): Promise<void> {
  const stage = `test-${randomBytes(6).toString("hex")}`;
  Object.assign(process.env, await createTestTables(inject("dynamodbEndpoint"), stage));
}

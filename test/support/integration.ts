import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import getPort from "get-port";
import type { TestProject } from "vitest/node";
import { startDynamodb } from "../../local/dynamodb.ts";
import { startSimulator } from "../../local/stripe_simulator/simulator.ts";
import { testEmulator } from "./emulator.ts";
import { resolveNothingInvalid } from "./names.ts";
import { createTestTables } from "./test_tables.ts";

declare module "vitest" {
  interface ProvidedContext {
    dynamodbEndpoint: string;
    simulatorUrl: string;
    /** The variables that name the tables of each worker, the first worker's first. */
    workersTables: Record<string, string>[];
  }
}

/** One emulator of DynamoDB and one Stripe simulator, on free ports and in memory, and tables for each worker. */
export default async function integration(project: TestProject): Promise<() => Promise<void>> {
  resolveNothingInvalid();
  const logs = mkdtempSync(join(tmpdir(), "convene-stripe-"));
  const [dynamodb, simulator] = await Promise.all([
    startDynamodb(await testEmulator(), await getPort(), undefined, join(logs, "dynamodb.log")),
    startSimulator({ port: 0, file: ":memory:" }),
  ]);
  const workersTables = await Promise.all(
    Array.from({ length: project.vitest.config.maxWorkers }, (_, worker) =>
      createTestTables(dynamodb.endpoint, `test-${worker + 1}`),
    ),
  );
  project.provide("dynamodbEndpoint", dynamodb.endpoint);
  project.provide("simulatorUrl", simulator.url);
  project.provide("workersTables", workersTables);
  return async () => {
    await Promise.all([dynamodb.stop(), simulator.close()]);
    rmSync(logs, { recursive: true });
  };
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import getPort from "get-port";
import type { TestProject } from "vitest/node";
import { findEmulator, startDynamodb } from "../../local/dynamodb.ts";
import { startSimulator } from "../../local/stripe_simulator/simulator.ts";

declare module "vitest" {
  interface ProvidedContext {
    dynamodbEndpoint: string;
    simulatorUrl: string;
  }
}

/** One DynamoDB Local and one Stripe simulator, on free ports and in memory, for all test files. */
export default async function parts(project: TestProject): Promise<() => Promise<void>> {
  const logs = mkdtempSync(join(tmpdir(), "convene-stripe-"));
  const [dynamodb, simulator] = await Promise.all([
    startDynamodb(await findEmulator(), await getPort(), undefined, join(logs, "dynamodb.log")),
    startSimulator({ port: 0, file: ":memory:" }),
  ]);
  project.provide("dynamodbEndpoint", dynamodb.endpoint);
  project.provide("simulatorUrl", simulator.url);
  return async () => {
    await Promise.all([dynamodb.stop(), simulator.close()]);
    rmSync(logs, { recursive: true });
  };
}

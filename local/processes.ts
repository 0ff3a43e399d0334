import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { UserError } from "../cli/user_error.ts";

const POLL_MS = 50;
const START_PATIENCE_MS = 120_000; // a machine that is busy with other things takes long

export type Started = {
  name: string;
  logFile: string;
  /** Settles when the process has ended, by itself or not. */
  ended: Promise<unknown>;
  stop(): Promise<void>;
};

const running: Started[] = [];
let stopping = false;

/** Starts a command that ends with this process, in a process group of its own, so that Ctrl-C reaches only us. Its output goes to `logFile`. */
export function start(
  name: string,
  [command, ...args]: readonly [string, ...string[]],
  { logFile, cwd, environment }: { logFile: string; cwd?: string; environment?: Record<string, string> },
): Started {
  if (stopping) throw new UserError("Stopped.");
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, "w");
  const exitWithParent = join(import.meta.dirname, "exit_with_parent.ts");
  const child: ChildProcess = spawn(process.execPath, [exitWithParent, command, ...args], {
    detached: true,
    stdio: ["pipe", log, log],
    cwd,
    env: { ...process.env, ...environment },
  });
  closeSync(log);
  const ended = once(child, "exit");
  const stop = async (): Promise<void> => {
    child.stdin?.end();
    await ended;
  };
  const started = { name, logFile, ended, stop };
  running.push(started);
  return started;
}

/** Stops what was started, the last first, and starts nothing more. */
export async function stopAll(): Promise<void> {
  stopping = true;
  for (const { stop } of running.toReversed()) await stop();
}

/** Settles, by throwing, when anything that was started ends. @throws {UserError} */
export async function assertAllRun(): Promise<never> {
  return await Promise.race(
    running.map(async ({ name, ended, logFile }) => {
      await ended;
      throw new UserError(`${name} ended by itself. Its last lines, from ${logFile}:\n${lastLines(logFile)}`);
    }),
  );
}

/** Waits until `isReady` says so. @throws {UserError} when the process ends first, or takes too long. */
export async function waitFor(
  { name, ended, logFile }: Started,
  isReady: () => Promise<boolean>,
): Promise<void> {
  let over = false;
  ended.then(() => {
    over = true;
  });
  const until = performance.now() + START_PATIENCE_MS;
  while (!(await isReady().catch(() => false))) {
    if (over || performance.now() > until)
      throw new UserError(`${name} did not start. Its last lines, from ${logFile}:\n${lastLines(logFile)}`);
    await wait(POLL_MS);
  }
}

const lastLines = (file: string): string =>
  readFileSync(file, "utf8").trimEnd().split("\n").slice(-15).join("\n");

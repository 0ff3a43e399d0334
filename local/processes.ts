import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { UserError } from "../cli/user_error.ts";

const POLL_MS = 50;
const LAST_LINES = 15;

export type Started = {
  name: string;
  /** Of a process that the command is below; undefined where none could be started. */
  pid: number | undefined;
  /** Settles when the process has ended, by itself or not, with what to tell of that. */
  ended: Promise<UserError>;
  stop(): Promise<void>;
};

const running: Started[] = [];
let stopping = false;

/**
 * Starts a command that ends with this process, in a process group of its own, so that Ctrl-C reaches only us. Its output
 * goes to `logFile`.
 */
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
  const ended = once(child, "exit").then(
    ([code, signal]) => new UserError(`${name} ended with ${reason(code, signal)}. ${lastLines(logFile)}`),
  );
  const stop = async (): Promise<void> => {
    child.stdin?.end();
    await ended;
  };
  const started = { name, pid: child.pid, ended, stop };
  running.push(started);
  return started;
}

/** Stops everything that was started, and starts nothing more. */
export async function stopAll(): Promise<void> {
  stopping = true;
  await Promise.all(running.map(({ stop }) => stop()));
}

/** Throws as soon as anything that was started ends. @throws {UserError} */
export async function waitForFirstExit(): Promise<never> {
  throw await Promise.race(running.map(({ ended }) => ended));
}

/** Waits until `isReady` says so, for as long as the process lives. @throws {UserError} when it ends first. */
export async function waitFor({ ended }: Started, isReady: () => Promise<boolean>): Promise<void> {
  let failure: UserError | undefined;
  ended.then((error) => {
    failure = error;
  });
  while (!(await isReady().catch(() => false))) {
    if (failure) throw failure;
    await wait(POLL_MS);
  }
}

/** `exit_with_parent.ts` ends by the signal that its command ended by. */
const reason = (code: number | null, signal: NodeJS.Signals | null): string =>
  signal ? `signal ${signal}` : `exit code ${code}`;

function lastLines(file: string): string {
  const text = readFileSync(file, "utf8").trimEnd();
  if (!text) return `It wrote nothing into ${file}.`;
  return `Its last lines, from ${file}:\n${text.split("\n").slice(-LAST_LINES).join("\n")}`;
}

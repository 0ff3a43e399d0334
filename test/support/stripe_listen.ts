import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { waitUntil } from "./wait.ts";

/** A command line that runs, what it has printed so far, and its end. */
export type Running = { output: () => string; stop(): Promise<void> };

/** Runs a line as it stands, in the project's folder, in the shell of somebody who never used the Stripe CLI. */
export async function runLine(line: string): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), "convene-stripe-listen-"));
  const { STRIPE_API_KEY: _, PATH = "", ...rest } = process.env;
  // What `npm test` puts before it: the project's own commands.
  const path = PATH.split(delimiter).filter((each) => !each.includes("node_modules"));
  const env = {
    ...rest,
    PATH: [...path, dirname(process.execPath)].join(delimiter),
    XDG_CONFIG_HOME: folder,
    STRIPE_CLI_TELEMETRY_OPTOUT: "1",
  };
  // A group of its own, so that the shell and the CLI end together.
  const child = spawn("bash", ["--norc", "-c", line], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const ended = once(child, "exit");
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  await waitUntil(() => output.includes("Ready!") || child.exitCode !== null).catch(() => undefined);
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGINT");
    await ended;
    rmSync(folder, { recursive: true });
  };
  if (output.includes("Ready!")) return { output: () => output, stop };
  await stop();
  throw new Error(`\`${line}\` did not get ready:\n${output}`);
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { stripeCli } from "../../local/stripe_cli.ts";

/** A command line that runs, what it has printed so far, and its end. */
export type Running = { output: () => string; stop(): Promise<void> };

/** Runs a `stripe` command as it stands, in a shell where `stripe` is the real CLI, signed in with `apiKey`. */
export async function runStripe(line: string, apiKey: string): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), "convene-stripe-listen-"));
  const { listen, env } = stripeCli({ apiKey, apiBase: null, configDir: join(folder, "config") });
  const [binary] = listen();
  const bin = join(folder, "bin");
  mkdirSync(bin);
  symlinkSync(binary, join(bin, "stripe"));
  // A group of its own, so that the shell and the CLI end together.
  const child = spawn("bash", ["-c", line], {
    env: { ...env, PATH: `${bin}:${env.PATH}` },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const ended = once(child, "exit");
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  await vi
    .waitUntil(() => output.includes("Ready!") || child.exitCode !== null, { timeout: 30_000 })
    .catch(() => undefined);
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGINT");
    await ended;
    rmSync(folder, { recursive: true });
  };
  if (output.includes("Ready!")) return { output: () => output, stop };
  await stop();
  throw new Error(`\`${line}\` did not get ready:\n${output}`);
}

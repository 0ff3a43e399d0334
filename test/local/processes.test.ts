import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { start, waitFor } from "../../local/processes.ts";
import { isAlive } from "../support/product.ts";
import { waitUntil } from "../support/wait.ts";

function aLogFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "convene-stripe-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "log", "part.log");
}

const never = async (): Promise<boolean> => false;
const run = (script: string, logFile: string) =>
  start("The part", [process.execPath, "-e", script], { logFile });

it("says with what exit code a part ended, and its last lines", async () => {
  const logFile = aLogFile();
  const script = "for (let n = 1; n <= 20; n++) console.log('line ' + n); process.exitCode = 3";
  const error = await waitFor(run(script, logFile), never).catch(String);
  expect(error).toContain(
    `The part ended with exit code 3. Its last lines, from ${logFile}:\nline 6\nline 7`,
  );
  expect(error).toMatch(/line 20$/);
});

it("says by what signal a part ended, and that it wrote nothing", async () => {
  const logFile = aLogFile();
  await expect(waitFor(run("process.kill(process.pid, 'SIGKILL')", logFile), never)).rejects.toThrow(
    `The part ended with signal SIGKILL. It wrote nothing into ${logFile}.`,
  );
});

it("waits until the part is ready, and stops it when told", async () => {
  const part = run("setInterval(() => {}, 1000)", aLogFile());
  let looks = 0;
  await waitFor(part, async () => ++looks === 3);
  await part.stop();
  expect(String(await part.ended)).toContain("signal SIGTERM");
});

it("ends what it runs when its starter is gone", async () => {
  const starter: ChildProcess = spawn(
    process.execPath,
    [
      "local/exit_with_parent.ts",
      process.execPath,
      "-e",
      "console.log(process.pid); setInterval(() => {}, 1000)",
    ],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  if (!starter.stdout || !starter.stdin) throw new Error("it has no pipes");
  const [said] = await once(starter.stdout, "data");
  const pid = Number(said);
  expect(isAlive(pid)).toBe(true);
  starter.stdin.end(); // as the system does for a starter that ends
  await once(starter, "exit");
  await waitUntil(() => !isAlive(pid));
});

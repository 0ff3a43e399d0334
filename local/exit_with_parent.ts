/**
 * Runs a command and ends it when standard input closes. Whoever starts this holds the other end of that pipe, so the
 * command ends with its starter, however suddenly that is. `node local/exit_with_parent.ts COMMAND ARGUMENT…`
 */
import { spawn } from "node:child_process";

/** How long the command may take to end by itself, in ms. */
const GRACE_MS = 4_000;

const [command = "", ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"] });

function end(): void {
  child.kill("SIGTERM");
  setTimeout(() => child.kill("SIGKILL"), GRACE_MS).unref();
}

process.stdin.resume().on("end", end).on("error", end);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, end);
child.on("error", (error) => {
  console.error(error.message);
  process.exit(127);
});
child.on("exit", (code, signal) => {
  if (!signal) process.exit(code ?? 0);
  // As the command ended, so that whoever waits here can say why.
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});

import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import getPort, { portNumbers } from "get-port";
import { type Demo, readDemo, removeDemo } from "../../local/demo.ts";

/**
 * Where one `npm start` keeps its things, and the ports it takes. A second start there finds the first one's data.
 * `project` is a copy of this one that it runs, where that is not this one itself.
 */
export type Place = { localDir: string; env: NodeJS.ProcessEnv; project?: string };

export async function aPlace(): Promise<Place> {
  const localDir = mkdtempSync(join(tmpdir(), "convene-stripe-"));
  return {
    localDir,
    env: {
      ...process.env,
      LOCAL_DIR: localDir,
      SEALING_KEY: randomBytes(32).toString("base64url"),
      SESSION_KEYS: randomBytes(32).toString("base64url"),
      PORT: String(await aPortWithRoom()),
      OIDC_PORT: String(await getPort()),
      DYNAMODB_PORT: String(await getPort()),
      STRIPE_SIMULATOR_PORT: String(await getPort()),
    },
  };
}

/** A port whose next but one to fourth are free, too, for Lambda's own and the mailbox's; below those that systems give to whoever asks for any. */
async function aPortWithRoom(): Promise<number> {
  for (;;) {
    const port = await getPort({ port: portNumbers(20_000 + Math.floor(Math.random() * 9_000), 30_000) });
    const others = [port + 2, port + 3, port + 4];
    const free = await Promise.all(others.map((other) => getPort({ port: other })));
    if (free.every((other, index) => other === others[index])) return port;
  }
}

export type Product = {
  /** What it prints, so far. */
  output: () => string;
  /** Its exit code, when it has ended. */
  ended: Promise<number | null>;
  interrupt(): Promise<number | null>;
  /** SIGKILL to it and all it started, at once. */
  kill(): Promise<void>;
  /** Its process and all below. */
  pids: () => number[];
};

/** Runs what `npm start` runs. */
export const startProduct = (place: Place, ...args: string[]): Product =>
  run(place, process.execPath, ["local/start.js", ...args]);

/** Runs `npm start`; the first of its `pids` is npm's own. */
export const startByNpm = (place: Place, ...args: string[]): Product =>
  run(place, "npm", ["start", "--", ...args]);

function run({ localDir, env, project }: Place, command: string, args: string[]): Product {
  // Where the one before was killed, its file would be taken for this one's.
  removeDemo(localDir);
  const child = spawn(command, args, { env, cwd: project, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const ended = once(child, "close").then(([code]): number | null => code);
  const pids = (): number[] => (child.pid === undefined ? [] : [child.pid, ...descendantsOf(child.pid)]);
  return {
    output: () => output,
    ended,
    pids,
    interrupt: async () => {
      child.kill("SIGINT");
      return await ended;
    },
    kill: async () => {
      for (const pid of pids()) process.kill(pid, "SIGKILL");
      await ended;
    },
  };
}

const POLL_MS = 100;

/** Waits for `demo.json`, which is there when all is up, for as long as the product lives. */
export async function readyProduct(place: Place, product: Product): Promise<Demo> {
  let over = false;
  product.ended.then(() => {
    over = true;
  });
  while (!over) {
    try {
      return readDemo(place.localDir);
    } catch {
      await wait(POLL_MS);
    }
  }
  throw new Error(`not ready:\n${product.output()}`);
}

/** Every process below one. */
export function descendantsOf(pid: number): number[] {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((row) => row.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    rows.flatMap(([child = 0, of]) => (of === parent ? [child, ...below(child)] : []));
  return below(pid);
}

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

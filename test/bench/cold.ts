import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Stage } from "./stage.ts";
import { median } from "./statistics.ts";

const RUNS = 7;

const SCRIPT = `
const began = performance.now();
await import(process.argv[1]);
console.log(performance.now() - began);`;

/** How long each function takes to import, in ms: a fresh process each time, in turns, without Node's compile cache. */
export async function importTimes({
  functions,
  modules,
  environment,
}: Stage): Promise<Record<string, number>> {
  const files = new Map([
    ["empty", modules.empty],
    ["bare client", modules.bareClient],
    ["textbook", modules.textbook],
    ...functions,
  ]);
  const times = new Map<string, number[]>([...files.keys()].map((name) => [name, []]));
  for (let run = 0; run < RUNS; run++)
    for (const [name, file] of files) times.get(name)?.push(await importTime(file, environment));
  return Object.fromEntries([...times].map(([name, ms]) => [name, median(ms)]));
}

async function importTime(file: string, environment: NodeJS.ProcessEnv): Promise<number> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "-e", SCRIPT, file],
    {
      env: { ...process.env, ...environment },
    },
  );
  return Number(stdout);
}

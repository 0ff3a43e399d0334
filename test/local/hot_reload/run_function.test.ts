import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, afterEach, expect, it, vi } from "vitest";
import { register, run } from "../../../local/hot_reload/run_function.ts";
import { aContext } from "../../support/requests.ts";

const folder = mkdtempSync(join(tmpdir(), "convene-stripe-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  vi.useRealTimers();
});

const TICK = { "detail-type": "Scheduled Event", source: "aws.events", detail: {} };

/** A function that counts its runs. */
function aFunction(functionName: string) {
  const file = join(folder, `${functionName}.mjs`);
  writeFileSync(file, "let runs = 0; export const handler = async () => ++runs;");
  register(functionName, relative(process.cwd(), file));
  return (event: unknown) => run(event, { ...aContext(), functionName });
}

it("runs a schedule once for all the minutes that a laptop slept", async () => {
  vi.useFakeTimers();
  const [retry, settle] = [aFunction("retry"), aFunction("settle")];
  expect(await retry(TICK)).toBe(1);
  vi.advanceTimersByTime(8 * 60 * 60_000);
  const woken = await Promise.all([retry(TICK), retry(TICK), retry(TICK), settle(TICK)]);
  expect(woken).toEqual([2, undefined, undefined, 1]);
  vi.advanceTimersByTime(60_000);
  expect([await retry(TICK), await retry(TICK)]).toEqual([3, undefined]);
});

it("runs each time what is no schedule's", async () => {
  const invoke = aFunction("invoke");
  expect([await invoke({}), await invoke({}), await invoke(TICK), await invoke({})]).toEqual([1, 2, 3, 4]);
});

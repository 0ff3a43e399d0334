import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { originalPosition } from "../../lib/source_map.ts";
import { BUNDLING } from "../../release/bundle_functions.ts";

const folder = mkdtempSync(join(tmpdir(), "convene-stripe-"));
const artifact = join(folder, "failing.cjs");
beforeAll(async () => {
  const source = join(folder, "failing.ts");
  writeFileSync(
    source,
    "function fails(): never {\n  throw new Error('no');\n}\n\ntry {\n  fails();\n} catch (error) {\n  console.log((error as Error).stack);\n}\n",
  );
  await build({ ...BUNDLING, entryPoints: [source], outfile: artifact });
});
afterAll(() => rmSync(folder, { recursive: true }));

it("finds the line of the source that an artifact's stack is of", () => {
  const stack = execFileSync(process.execPath, [artifact], { encoding: "utf8" });
  const [, at = ""] = /at (.+)/.exec(stack) ?? [];
  expect(at).toContain("failing.cjs:1:");
  expect(originalPosition(at)).toBe("failing.ts:2");
});

it.each([
  "",
  "node:internal/process/task_queues:95:5",
  "async handler (/srv/lib/log.ts:3:9)",
  "x (/nowhere/receive.cjs:1:2)",
])("leaves %j as it is, which no map is of", (at) => expect(originalPosition(at)).toBe(at));

it("leaves a place as it is where the map is broken", () => {
  const broken = join(folder, "broken.cjs");
  writeFileSync(`${broken}.map`, readFileSync(`${artifact}.map`, "utf8").slice(5));
  expect(originalPosition(`fails (${broken}:1:20)`)).toBe(`fails (${broken}:1:20)`);
});

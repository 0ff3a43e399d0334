import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { anOrder } from "../support/orders.ts";
import { aSpace, type TestSpace } from "../support/spaces.ts";
import { createTestTables } from "../support/test_tables.ts";

const LOCAL_DIR = mkdtempSync(join(tmpdir(), "convene-stripe-export-"));
afterAll(() => rmSync(LOCAL_DIR, { recursive: true }));

let space: TestSpace;
beforeAll(async () => {
  const dynamodbEndpoint = inject("dynamodbEndpoint");
  Object.assign(process.env, await createTestTables(dynamodbEndpoint, "local"));
  writeFileSync(join(LOCAL_DIR, "demo.json"), JSON.stringify({ dynamodbEndpoint }));
  space = await aSpace();
});

/** As `npm run export` runs it, on a laptop: nothing of where AWS is comes from this process. */
const run = (args: string[], env: Record<string, string> = { LOCAL_DIR }) =>
  execa(process.execPath, ["release/export.ts", ...args], {
    reject: false,
    extendEnv: false,
    env: { PATH: process.env.PATH ?? "", ...env },
  });

it("writes a Space's lines to where it is told, and nothing else", async () => {
  const order = await anOrder(space);
  const { stdout, stderr, exitCode } = await run(["--space", space.space, "--stage", "local"]);
  expect(stderr).toMatch(new RegExp(`^${space.space}: \\d+ lines\\.$`));
  expect(exitCode).toBe(0);
  const lines = stdout.split("\n").map((line) => JSON.parse(line));
  expect(lines[0]).toMatchObject({ line: "export", space: space.space });
  expect(lines.filter(({ line }) => line === "order")).toMatchObject([{ id: order.id }]);
  expect(lines.at(-1)).toEqual({ line: "end", lines: lines.length });
});

it.each([
  ["no Space", [], "npm run --silent export takes -- --space <space>"],
  ["a Space that is none", ["--space", "../x", "--stage", "local"], '"../x" cannot be a Space.'],
  [
    "an option that there is not",
    ["--space", "demo", "--stage", "local", "--all"],
    "npm run --silent export takes",
  ],
  ["a stage that is none", ["--space", "demo", "--stage", "Prod"], '"Prod" cannot be a stage'],
  ["a Space that there is not", ["--space", "nowhere", "--stage", "local"], "local has no Space nowhere."],
])("refuses %s in a line, and writes none", async (_what, args, says) => {
  const { stdout, stderr, exitCode } = await run(args);
  expect(stderr).toContain(says);
  expect(stderr.split("\n")).toHaveLength(1);
  expect(stdout).toBe("");
  expect(exitCode).toBe(1);
});

it("says that nothing runs on this laptop", async () => {
  const { stderr } = await run(["--space", "demo", "--stage", "local"], {
    LOCAL_DIR: join(LOCAL_DIR, "empty"),
  });
  expect(stderr).toBe("The service does not run here: npm start.");
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { lockFolder } from "../../cli/lock.ts";

const inUse = (owner: number): string => `in use by process ${owner}`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "convene-stripe-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("keeps a second start out of the folder, until the first gives it back", () => {
  const unlock = lockFolder(folder, inUse);
  expect(() => lockFolder(folder, inUse)).toThrow(`in use by process ${process.pid}`);
  unlock();
  lockFolder(folder, inUse)();
});

it("takes over from a process that is gone", () => {
  writeFileSync(join(folder, "lock"), "4194305");
  lockFolder(folder, inUse)();
  writeFileSync(join(folder, "lock"), "nonsense");
  lockFolder(folder, inUse)();
});

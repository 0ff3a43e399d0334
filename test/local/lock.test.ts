import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { lockFolder } from "../../local/lock.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "convene-stripe-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("keeps a second start out of the folder, until the first gives it back", () => {
  const unlock = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(`in use by another npm start (process ${process.pid})`);
  unlock();
  lockFolder(folder)();
});

it("takes over from a process that is gone", () => {
  writeFileSync(join(folder, "lock"), "4194305");
  lockFolder(folder)();
  writeFileSync(join(folder, "lock"), "nonsense");
  lockFolder(folder)();
});

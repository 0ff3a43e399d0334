import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { packageService } from "../../release/serverless.ts";

it("does not empty a folder that holds anything but a package", async () => {
  const folder = mkdtempSync(join(tmpdir(), "convene-stripe-"));
  const file = join(folder, "thesis.txt");
  writeFileSync(file, "years of work");
  await expect(packageService("try", folder, {})).rejects.toThrow("name an empty folder");
  expect(existsSync(file)).toBe(true);
  rmSync(folder, { recursive: true });
});

import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const RUNS = [
  "aws",
  "cli",
  "docs/openapi.json",
  "functions",
  "lib",
  "local",
  "package.json",
  "serverless.yml",
];

/** A copy of what `npm start` runs, whose files a test may change. */
export function projectCopy() {
  const folder = mkdtempSync(join(tmpdir(), "convene-stripe-copy-"));
  for (const name of RUNS) cpSync(name, join(folder, name), { recursive: true });
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  return {
    folder,
    read: (file: string): string => readFileSync(join(folder, file), "utf8"),
    save: (file: string, text: string): void => writeFileSync(join(folder, file), text),
  };
}

import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plugin } from "vitest/config";

const TABLES = "lib/dynamodb/client.ts";

/** How a test or its support asks for a service that is up, starts a process, or imports what only the run tells. */
const BEYOND = /\binject\(|"(?:node:child_process|execa)"|\bimport\((?!")/;

/** The tests that need their own process alone: no file that they import has to do with the tables, or is BEYOND it. */
export function unitTests(pattern: string): string[] {
  return globSync(pattern).filter((test) => {
    const files = new Set([test]);
    // What is added meanwhile has its turn, too.
    for (const file of files) {
      if (file === TABLES || (file.startsWith("test/") && BEYOND.test(codeOf(file)))) return false;
      for (const imported of importsOf(file)) files.add(imported);
    }
    return true;
  });
}

const codes = new Map<string, string>();

function codeOf(file: string): string {
  const code = codes.get(file) ?? (existsSync(file) ? readFileSync(file, "utf8") : "");
  codes.set(file, code);
  return code;
}

/** The project's own files that a file imports for more than their types. */
function importsOf(file: string): string[] {
  const imports = codeOf(file).matchAll(
    /^(?:import|export)(?! type)[^;"]*"(\.{1,2}\/[^"]+\.ts)"|import\("(\.[^"]+)"\)/gm,
  );
  return [...imports].map(([, named, dynamic]) => join(dirname(file), named ?? dynamic ?? ""));
}

/** Says of a unit test that reaches for a table after all that it may not. */
export const withoutTables = (): Plugin => ({
  name: "without-tables",
  enforce: "pre",
  transform(_code, id) {
    if (!id.endsWith(`/${TABLES}`)) return undefined;
    return `throw new Error(${JSON.stringify(`a unit test has no tables, so nothing may load ${TABLES} there`)});`;
  },
});

import { watch } from "node:fs";
import { join, relative } from "node:path";

const PROJECT = join(import.meta.dirname, "..");
/** Editors save in several steps. */
const SETTLE_MS = 50;

/** Calls `onSave` with the files of functions/ and lib/ that were saved, one call at a time. */
export function watchSources(onSave: (files: string[]) => Promise<void>): void {
  const saved = new Set<string>();
  let working = false;
  const work = async (): Promise<void> => {
    if (working) return;
    working = true;
    while (saved.size > 0) {
      const files = [...saved].sort();
      saved.clear();
      await onSave(files);
    }
    working = false;
  };
  let settling: NodeJS.Timeout | undefined;
  for (const folder of ["functions", "lib"]) {
    const path = join(PROJECT, folder);
    watch(path, { recursive: true }, (_event, name) => {
      if (!name?.endsWith(".ts")) return;
      saved.add(relative(PROJECT, join(path, name)));
      clearTimeout(settling);
      settling = setTimeout(work, SETTLE_MS);
    });
  }
}

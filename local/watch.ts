import { type FSWatcher, readdirSync, statSync, watch } from "node:fs";
import { join, relative } from "node:path";

const PROJECT = join(import.meta.dirname, "..");
/** Editors save in several steps. */
const SETTLE_MS = 50;

/** Calls `onSave` with the files of functions/ and lib/ that were saved, one call at a time. */
export function watchSources(onSave: (files: string[]) => Promise<void>, project = PROJECT): void {
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
  for (const folder of ["functions", "lib"])
    watchFolder(join(project, folder), (path) => {
      saved.add(relative(project, path));
      clearTimeout(settling);
      settling = setTimeout(work, SETTLE_MS);
    });
}

/**
 * Each folder has a watcher of its own. Node's recursive one watches file by file on Linux, and hears no more of a file once an
 * editor has saved it by putting a new one in its place.
 */
function watchFolder(folder: string, onFile: (path: string) => void): void {
  const watchers = new Map<string, FSWatcher>();
  const follow = (path: string): string[] => {
    const onChange = (_event: string, name: string | null): void => {
      if (!name) return;
      const changed = join(path, name);
      if (name.endsWith(".ts")) {
        onFile(changed);
        return;
      }
      const isFolder = statSync(changed, { throwIfNoEntry: false })?.isDirectory() ?? false;
      if (isFolder && !watchers.has(changed)) follow(changed).forEach(onFile);
      if (isFolder) return;
      watchers.get(changed)?.close();
      watchers.delete(changed);
    };
    watchers.set(path, watch(path, onChange));
    return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
      const each = join(path, entry.name);
      if (entry.isDirectory()) return follow(each);
      return each.endsWith(".ts") ? [each] : [];
    });
  };
  follow(folder);
}

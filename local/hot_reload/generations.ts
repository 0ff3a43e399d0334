import { statSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const PROJECT = join(import.meta.dirname, "..", "..");
const WATCHED = ["functions", "lib"].map((folder) => `${pathToFileURL(join(PROJECT, folder))}/`);
const REGISTRY = pathToFileURL(join(PROJECT, "lib", "stripe_events", "registry.ts")).href;
const REGISTRY_OR_REASON = new URL("registry_or_reason.ts", import.meta.url).href;

/**
 * A generation is one state of functions/ and lib/. Node keeps a module for as long as it lives, so the modules of each
 * generation have names of their own; what runs stays with the generation it began in. Those of before stay in memory.
 */
let generation = 1;
/** The files of this generation, as they were when they were read. */
const read = new Map<string, string>();

/** Imports a file of the project with all that it imports, as they are on the disk now. */
export async function importCurrent(file: string): Promise<unknown> {
  for (const [path, seen] of read) {
    if (lookAt(path) === seen) continue;
    generation += 1;
    read.clear();
    break;
  }
  return await import(inGeneration(pathToFileURL(join(PROJECT, file)).href, generation));
}

/** Lets imports stay within the generation of the importing module, and notes which files they read. */
export function followGenerations(): void {
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const of = generationOf(context.parentURL);
      if (of === undefined) return nextResolve(specifier, context);
      try {
        const resolved = nextResolve(specifier, context);
        if (!WATCHED.some((folder) => resolved.url.startsWith(folder))) return resolved;
        const isSubstituted = resolved.url === REGISTRY && !context.parentURL?.startsWith(REGISTRY_OR_REASON);
        return { ...resolved, url: inGeneration(isSubstituted ? REGISTRY_OR_REASON : resolved.url, of) };
      } catch (error) {
        // The file may be saved after the one that imports it.
        if (error instanceof Error && "url" in error) note(String(error.url), of);
        throw error;
      }
    },
    load(url, context, nextLoad) {
      const of = generationOf(url);
      if (of !== undefined) note(url, of); // before it is read, so that a save in between is seen
      return nextLoad(url, context);
    },
  });
}

function note(url: string, of: number): void {
  if (of !== generation || !url.startsWith("file:")) return;
  const path = fileURLToPath(url);
  read.set(path, lookAt(path));
}

function lookAt(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? `${found.mtimeMs} ${found.size} ${found.ino}` : "none";
}

const inGeneration = (url: string, of: number): string => `${url}?generation=${of}`;

function generationOf(url: string | undefined): number | undefined {
  const [, of] = /\?generation=(\d+)$/.exec(url ?? "") ?? [];
  return of === undefined ? undefined : Number(of);
}

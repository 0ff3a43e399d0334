import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Stop } from "./stop.ts";

/**
 * Takes a folder for this process alone, until it gives it back; a process that is gone has given it back.
 * @throws {Stop} where another process has it.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "lock");
  const owner = ownerOf(file);
  if (owner !== undefined)
    throw new Stop(
      `${folder} is in use by another npm start (process ${owner}). Stop that one, or choose another folder: LOCAL_DIR=.local-2 npm start`,
    );
  writeFileSync(file, String(process.pid));
  return () => rmSync(file, { force: true });
}

function ownerOf(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}

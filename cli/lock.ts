import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "./user_error.ts";

/**
 * Takes a folder for this process alone, until it gives it back; a process that is gone has given it back.
 * @param inUse says what to do where the process of that id has it
 * @throws {UserError} saying that.
 */
export function lockFolder(folder: string, inUse: (owner: number) => string): () => void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "lock");
  const owner = ownerOf(file);
  if (owner !== undefined) throw new UserError(inUse(owner));
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

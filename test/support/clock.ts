import { renameSync, writeFileSync } from "node:fs";

/** What has a process go by the clock of a file, see clock_ahead.ts: its environment, to be started with. */
export const goingBy = (file: string): { CLOCK_FILE: string; NODE_OPTIONS: string } => ({
  CLOCK_FILE: file,
  NODE_OPTIONS: `--import=${new URL("clock_ahead.ts", import.meta.url)}`,
});

/** Moves the clock of all that go by the file to so many ms ahead of this machine's, at once. */
export function setAhead(file: string, ms: number): void {
  writeFileSync(`${file}.new`, String(ms));
  renameSync(`${file}.new`, file);
}

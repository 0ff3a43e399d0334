import { createInterface } from "node:readline/promises";
import { UserError } from "../cli/user_error.ts";

/**
 * Sees that there will be somebody to ask.
 * @throws {UserError} where there is neither a terminal nor --yes.
 */
export function assertCanAsk(yes: boolean): void {
  if (!yes && !process.stdin.isTTY)
    throw new UserError(
      "There is no terminal to ask whether to go on: say --yes where nobody is to be asked.",
    );
}

/** Whether to go on: what `--yes` says, or a person. */
export async function confirm(question: string, yes: boolean): Promise<boolean> {
  if (yes) return true;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(?:es)?$/i.test((await terminal.question(`${question} (yes or no) `)).trim());
  } finally {
    terminal.close();
  }
}

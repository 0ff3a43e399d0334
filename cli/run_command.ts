import { UserError } from "./user_error.ts";

/** Runs a command of `npm run`: a {@link UserError} is said in a line, anything else with its stack; both exit with 1. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    console.error(error instanceof UserError ? error.message : error);
    process.exitCode = 1;
  }
}

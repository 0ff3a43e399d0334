/** A reason to stop that is for people: one sentence of what is wrong and what to do. */
export class Stop extends Error {
  override name = "Stop";
}

/** Runs a command of `npm run`: a {@link Stop} is said in a line, anything else with its stack; both exit with 1. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    console.error(error instanceof Stop ? error.message : error);
    process.exitCode = 1;
  }
}

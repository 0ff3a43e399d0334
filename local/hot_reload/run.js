// serverless-offline would load a file in TypeScript by a loader of its own, which knows nothing of generations.
export { run as handler } from "./run_function.ts";

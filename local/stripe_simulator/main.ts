import { join } from "node:path";
import { startSimulator } from "./simulator.ts";

/** Used unless STRIPE_SIMULATOR_PORT is set. The same as stripe-mock's. */
const DEFAULT_PORT = 12111;

const port = Number(process.env.STRIPE_SIMULATOR_PORT ?? DEFAULT_PORT);
const file = join(process.env.LOCAL_DIR ?? ".local", "stripe_simulator.sqlite");

try {
  const simulator = await startSimulator({ port, file });
  console.log(`Stripe simulator ready at ${simulator.url}`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void simulator.close());
} catch (error) {
  const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  console.error(
    taken
      ? `The Stripe simulator cannot start: port ${port} is taken. Stop what uses it or set STRIPE_SIMULATOR_PORT.`
      : `The Stripe simulator cannot start: ${error instanceof Error ? error.message : error}`,
  );
  process.exitCode = 1;
}

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { start, waitFor } from "./processes.ts";

const require = createRequire(import.meta.url);

/** Starts the Stripe simulator, its data in `dataDir`, and waits for it; returns its URL. */
export async function startSimulator(port: number, dataDir: string, logFile: string): Promise<string> {
  const main = join(import.meta.dirname, "stripe_simulator", "main.ts");
  const environment = { STRIPE_SIMULATOR_PORT: String(port), LOCAL_DIR: dataDir };
  const started = start("The Stripe simulator", [process.execPath, main], { logFile, environment });
  const url = `http://127.0.0.1:${port}`;
  await waitFor(started, async () => (await fetch(url)).ok);
  return url;
}

/** Starts the local issuer, where the demo's people sign in, and waits for it; returns its URL. */
export async function startIssuer(
  port: number,
  peopleFile: string,
  baseUrl: string,
  logFile: string,
): Promise<string> {
  const main = join(import.meta.dirname, "oidc_provider", "main.ts");
  const environment = { OIDC_PORT: String(port), OIDC_PEOPLE_FILE: peopleFile, BASE_URL: baseUrl };
  const started = start("The OpenID Connect provider", [process.execPath, main], { logFile, environment });
  const url = `http://127.0.0.1:${port}`;
  await waitFor(started, async () => (await fetch(`${url}/.well-known/openid-configuration`)).ok);
  return url;
}

/**
 * Starts the functions on serverless-offline, with the stream and the schedules, and waits until they answer. They may be
 * started before the tables, and wait for them. All run in one process: they share what they load, where each would
 * else have a thread that loads it again.
 */
export async function startService(
  { port, lambdaPort, stage }: { port: number; lambdaPort: number; stage: string },
  environment: Record<string, string>,
  logFile: string,
): Promise<void> {
  const options = [
    "--stage",
    stage,
    "--host",
    "127.0.0.1",
    "--httpPort",
    port,
    "--lambdaPort",
    lambdaPort,
    "--useInProcess",
  ].map(String);
  const serverless = require.resolve("serverless/bin/serverless.js");
  const started = start("The service", [process.execPath, serverless, "offline", ...options], {
    logFile,
    environment,
  });
  await waitFor(started, async () => (await fetch(`http://127.0.0.1:${port}/health`)).ok);
}

/**
 * Starts the mailbox, where what the service sends is read: in memory, for this machine alone. Nobody waits for it; a mail
 * that comes before it is there goes out a minute later.
 * @returns the URL of its page
 */
export function startMailbox(port: number, smtpPort: number, logFile: string): string {
  const maildev = join(dirname(fileURLToPath(import.meta.resolve("maildev"))), "bin", "maildev.js");
  const options = ["--web", port, "--web-ip", "127.0.0.1", "--smtp", smtpPort, "--ip", "127.0.0.1"];
  const limit = ["--max-emails", 1_000];
  start("The mailbox", [process.execPath, maildev, ...[...options, ...limit].map(String)], { logFile });
  return `http://127.0.0.1:${port}`;
}

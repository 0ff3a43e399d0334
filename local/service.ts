import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { endpointOf } from "./dynamodb.ts";
import type { LocalEnvironment } from "./environment.ts";
import { type Started, start, waitFor } from "./processes.ts";

const require = createRequire(import.meta.url);

/** Starts the Stripe simulator, its data in `dataDir`, and waits for it. */
export async function startSimulator(port: number, dataDir: string, logFile: string): Promise<Started> {
  const main = join(import.meta.dirname, "stripe_simulator", "main.ts");
  const environment = { STRIPE_SIMULATOR_PORT: String(port), LOCAL_DIR: dataDir };
  const started = start("The Stripe simulator", [process.execPath, main], { logFile, environment });
  const url = `http://127.0.0.1:${port}`;
  await waitFor(started, async () => (await fetch(url)).ok);
  return started;
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

/** What tells the functions, in their environment, where the local parts are, and what they are to go by. */
export const serviceEnvironment = (
  { OIDC_PORT, DYNAMODB_PORT, SEALING_KEY, SESSION_KEYS, BRANDED_DOMAINS, smtpPort }: LocalEnvironment,
  {
    tables,
    baseUrl,
    dataDir,
    operators,
    simulatorUrl,
  }: {
    /** The variables that name the tables. */
    tables: Record<string, string>;
    baseUrl: string;
    dataDir: string;
    /** Email addresses. */
    operators: readonly string[];
    simulatorUrl: string | null;
  },
): Record<string, string> => ({
  ...tables,
  AWS_ENDPOINT_URL_DYNAMODB: endpointOf(DYNAMODB_PORT),
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  BASE_URL: baseUrl,
  LOCAL_DIR: dataDir,
  SEALING_KEY,
  SESSION_KEYS,
  OIDC_ISSUER: `http://127.0.0.1:${OIDC_PORT}`,
  OIDC_CLIENT_ID: "convene",
  OPERATOR_EMAILS: operators.join(","),
  BRANDED_DOMAINS: [new URL(baseUrl).hostname, BRANDED_DOMAINS].join(","),
  ...(simulatorUrl && { STRIPE_API_BASE: simulatorUrl }),
  MAIL_FROM: "orders@convene.local",
  SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
});

/**
 * Starts the functions on serverless-offline, with the stream and the schedules, and waits until they answer. They may be
 * started before the tables, and wait for them. All run in one process: they share what they load, where each would
 * else have a thread that loads it again.
 * @param cwd the project's folder, where that is not this one
 */
export async function startService(
  { port, lambdaPort, stage }: { port: number; lambdaPort: number; stage: string },
  environment: Record<string, string>,
  logFile: string,
  cwd?: string,
): Promise<Started> {
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
    ...(cwd && { cwd }),
  });
  await waitFor(started, async () => (await fetch(`http://127.0.0.1:${port}/health`)).ok);
  return started;
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

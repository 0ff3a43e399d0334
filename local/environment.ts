import { randomBytes } from "node:crypto";
import { appendFileSync } from "node:fs";
import { resolve } from "node:path";
import * as v from "valibot";
import { readDotEnv } from "../cli/dot_env.ts";
import { UserError } from "../cli/user_error.ts";

const DOT_ENV = ".env";

/** An empty variable is one that is not set. */
const PortNumber = v.pipe(
  v.string(),
  v.regex(/^\d{1,5}$/, "must be a port number"),
  v.transform(Number),
  v.minValue(1, "must be at least 1"),
  v.maxValue(65_000, "must be at most 65000"),
);
const Port = (preset: number) => v.optional(PortNumber, String(preset));

const Environment = v.object({
  PORT: Port(3000),
  DYNAMODB_PORT: Port(8000),
  STRIPE_SIMULATOR_PORT: Port(12111),
  /** Where people sign in; one above PORT unless told. */
  OIDC_PORT: v.optional(PortNumber),
  LOCAL_DIR: v.optional(v.pipe(v.string(), v.minLength(1, "must name a folder")), ".local"),
  SEALING_KEY: v.pipe(
    v.string(),
    v.regex(/^[A-Za-z0-9_-]{43}$/, "must be 32 bytes in base64url, 43 characters"),
  ),
  /** The session cookie's: the first encrypts, all of them open. */
  SESSION_KEYS: v.pipe(
    v.string(),
    v.regex(
      /^[A-Za-z0-9_-]{43}(?:,[A-Za-z0-9_-]{43})*$/,
      "must be keys of 43 characters, with commas between",
    ),
  ),
  STRIPE_API_KEY: v.optional(v.string()),
  /** Hosts of this machine, besides the service's own, that can be Spaces' branded domains. */
  BRANDED_DOMAINS: v.optional(v.string(), ""),
});

/** The keys that a first start makes, and what is written above each in `.env`. */
const MADE_KEYS = {
  SEALING_KEY: "Seals the secrets in .local/; without it they do not open again",
  SESSION_KEYS:
    "Encrypts the session cookie; put a new key before the old one, and after a day drop the old one",
};

/** What `npm start` and `npm run listen` go by: ports, folders and keys, from the environment and from `.env`. */
export type LocalEnvironment = Omit<v.InferOutput<typeof Environment>, "OIDC_PORT"> & {
  OIDC_PORT: number;
  /** Lambda's own port on serverless-offline: invoke a function there with the AWS SDK. */
  lambdaPort: number;
  /** Where mails are read, and where they are sent to. */
  mailboxPort: number;
  smtpPort: number;
};

/**
 * Reads the environment, and `.env` for what is not in it; makes the keys into `.env` that are in neither.
 * @throws {UserError} naming what is wrong, and in which of the two.
 */
export function localEnvironment(): LocalEnvironment {
  const dotEnv = readDotEnv(DOT_ENV);
  for (const [name, comment] of Object.entries(MADE_KEYS)) {
    if (process.env[name] || dotEnv[name]) continue;
    const key = randomBytes(32).toString("base64url");
    appendFileSync(DOT_ENV, `\n# ${comment}\n${name}=${key}\n`, { mode: 0o600 });
    dotEnv[name] = key;
  }
  const set = Object.entries({ ...dotEnv, ...process.env }).filter(([, value]) => value !== "");
  const parsed = v.safeParse(Environment, Object.fromEntries(set), { abortEarly: true });
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const name = v.getDotPath(issue) ?? "";
    const where = process.env[name] ? "the environment" : DOT_ENV;
    throw new UserError(`${name} in ${where} is broken: it ${issue.message}.`);
  }
  const { output } = parsed;
  const environment = {
    ...output,
    LOCAL_DIR: resolve(output.LOCAL_DIR),
    lambdaPort: output.PORT + 2,
    mailboxPort: output.PORT + 3,
    smtpPort: output.PORT + 4,
    OIDC_PORT: output.OIDC_PORT ?? output.PORT + 1,
  };
  assertDistinctPorts(environment);
  return environment;
}

function assertDistinctPorts({
  PORT,
  lambdaPort,
  mailboxPort,
  smtpPort,
  DYNAMODB_PORT,
  STRIPE_SIMULATOR_PORT,
  OIDC_PORT,
}: LocalEnvironment): void {
  const ports = Object.entries({
    PORT,
    "PORT + 2": lambdaPort,
    "PORT + 3": mailboxPort,
    "PORT + 4": smtpPort,
    OIDC_PORT,
    DYNAMODB_PORT,
    STRIPE_SIMULATOR_PORT,
  });
  for (const [index, [name, port]] of ports.entries()) {
    const [other] = ports.slice(index + 1).find(([, another]) => another === port) ?? [];
    if (other) throw new UserError(`${name} and ${other} are both ${port}. Give each a port of its own.`);
  }
}

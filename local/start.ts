import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { lockFolder } from "../cli/lock.ts";
import { runCommand } from "../cli/run_command.ts";
import { UserError } from "../cli/user_error.ts";
import { announcing } from "./announce.ts";
import { findBaseUrl } from "./base_url.ts";
import { type Demo, removeDemo, writeDemo } from "./demo.ts";
import { createDemoSeed, type Seed, type SeedPerson } from "./demo_seed.ts";
import { type Dynamodb, dataFolder, type Emulator, findEmulator, startDynamodb } from "./dynamodb.ts";
import { type LocalEnvironment, localEnvironment } from "./environment.ts";
import { greeting } from "./greeting.ts";
import { parentGone } from "./parent.ts";
import { assertFree } from "./ports.ts";
import { stopAll, waitForFirstExit } from "./processes.ts";
import { serviceEnvironment, startIssuer, startMailbox, startService, startSimulator } from "./service.ts";
import { createTables, tablesOf, tableVariables } from "./tables.ts";
import { tellSaves } from "./tell_saves.ts";

const STAGE = "local";

/** What the page to sign in says of each person. */
const ROLES: Record<SeedPerson["role"], (space: string, marketplace: string) => string> = {
  operator: () => "Operator of this installation",
  member: (space) => `Member of ${space}`,
  representative: (_space, marketplace) => `Represents ${marketplace}`,
  nobody: () => "Not invited anywhere yet",
};

/** `simulator` needs no account at Stripe; `test` is Stripe's own test mode, with the key in STRIPE_API_KEY. */
type StripeMode = "simulator" | "test";

const interrupted = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM"), parentGone()]);

await runCommand(async () => {
  const { mode, fresh } = readArguments();
  const environment = localEnvironment();
  const unlock = lockFolder(
    environment.LOCAL_DIR,
    (owner) =>
      `${environment.LOCAL_DIR} is in use by another npm start (process ${owner}). Stop that one, or choose another folder: LOCAL_DIR=.local-2 npm start`,
  );
  try {
    removeDemo(environment.LOCAL_DIR);
    const running = startAll(environment, mode, fresh).then(waitForFirstExit);
    // After an interrupt it may still fail, for want of what was stopped.
    running.catch(() => {});
    await Promise.race([running, interrupted]);
  } finally {
    removeDemo(environment.LOCAL_DIR);
    await stopAll();
    unlock();
  }
});
process.exit(); // what watches the files would keep it running

function readArguments(): { mode: StripeMode; fresh: boolean } {
  const usage = new UserError(
    "npm start takes -- --fresh, which empties the tables first, and -- --stripe test.",
  );
  try {
    const { values } = parseArgs({
      options: {
        fresh: { type: "boolean", default: false },
        stripe: { type: "string", default: "simulator" },
      },
    });
    if (values.stripe !== "simulator" && values.stripe !== "test") throw usage;
    return { mode: values.stripe, fresh: values.fresh };
  } catch {
    throw usage;
  }
}

async function startAll(environment: LocalEnvironment, mode: StripeMode, fresh: boolean): Promise<void> {
  const began = performance.now();
  const {
    PORT,
    DYNAMODB_PORT,
    STRIPE_SIMULATOR_PORT,
    OIDC_PORT,
    LOCAL_DIR,
    lambdaPort,
    mailboxPort,
    smtpPort,
  } = environment;
  const realKey = mode === "test" ? environment.STRIPE_API_KEY : undefined;
  if (mode === "test" && !/^(?:sk|rk)_test_\w{12,}$/.test(realKey ?? ""))
    throw new UserError(
      "STRIPE_API_KEY must be a test mode key of your Stripe account, `sk_test_…`: put it into .env.",
    );
  await assertFree([
    { port: PORT, variable: "PORT" },
    ...[lambdaPort, mailboxPort, smtpPort].map((port) => ({ port, variable: "PORT", beyond: port - PORT })),
    { port: OIDC_PORT, variable: "OIDC_PORT" },
    { port: DYNAMODB_PORT, variable: "DYNAMODB_PORT" },
    ...(mode === "simulator" ? [{ port: STRIPE_SIMULATOR_PORT, variable: "STRIPE_SIMULATOR_PORT" }] : []),
  ]);
  const emulator = await findEmulator();
  const data = dataFolder(LOCAL_DIR, mode, emulator);
  if (fresh) rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true });
  const logs = join(LOCAL_DIR, "log");

  const tables = tablesOf(STAGE);
  const simulatorUrl = mode === "simulator" ? `http://127.0.0.1:${STRIPE_SIMULATOR_PORT}` : null;
  const { baseUrl, note: hostNote } = await findBaseUrl(PORT);
  const demoSeed = createDemoSeed(join(data, "seed.json"), realKey);
  const functionsEnvironment = serviceEnvironment(environment, {
    tables: tableVariables(tables),
    baseUrl,
    // Serverless plugins take it from the project's folder on.
    dataDir: relative(process.cwd(), data),
    operators: demoSeed.people.filter(({ role }) => role === "operator").map(({ email }) => email),
    simulatorUrl,
  });
  // Seeding goes through lib, which reads the environment as the functions do.
  Object.assign(process.env, functionsEnvironment);
  const peopleFile = join(data, "people.json");
  writeFileSync(
    peopleFile,
    JSON.stringify(demoSeed.people.map((person) => asIssuerKnows(person, demoSeed))),
    { mode: 0o600 },
  );

  // All at once: each waits for what it needs of the others.
  const announce = announcing([
    "tables",
    ...(simulatorUrl ? ["Stripe simulator"] : []),
    "demo Spaces",
    "sign-in",
    "service",
  ]);
  const dynamodb = announce("tables", startTables(emulator, tables, DYNAMODB_PORT, data, logs));
  const service = announce(
    "service",
    startService({ port: PORT, lambdaPort, stage: STAGE }, functionsEnvironment, join(logs, "service.log")),
  );
  const simulator =
    simulatorUrl &&
    announce(
      "Stripe simulator",
      startSimulator(STRIPE_SIMULATOR_PORT, data, join(logs, "stripe_simulator.log")),
    );
  const issuer = announce(
    "sign-in",
    startIssuer(OIDC_PORT, peopleFile, baseUrl, join(logs, "oidc_provider.log")),
  );
  const seeded = announce(
    "demo Spaces",
    Promise.all([import("./seed.ts"), dynamodb, simulator]).then(([{ seed }]) =>
      seed(demoSeed, simulatorUrl),
    ),
  );
  const [spaces, { endpoint }] = await Promise.all([seeded, dynamodb, service, issuer]);
  // The last: it is big, and what people wait for has the processor to itself.
  const mailboxUrl = startMailbox(mailboxPort, smtpPort, join(logs, "mailbox.log"));
  tellSaves();
  const people = demoSeed.people.map(({ email, password, role, space }) => ({
    email,
    password,
    role,
    space,
  }));
  const demo: Demo = { baseUrl, simulatorUrl, mailboxUrl, dynamodbEndpoint: endpoint, people, spaces };
  writeDemo(LOCAL_DIR, demo);
  const notes = [hostNote, emulator.note].filter((note) => note !== undefined);
  console.log(greeting(demo, { notes, localDir: LOCAL_DIR, ms: performance.now() - began }));
}

/** DynamoDB, with its tables. */
async function startTables(
  emulator: Emulator,
  tables: ReturnType<typeof tablesOf>,
  port: number,
  data: string,
  logs: string,
): Promise<Dynamodb> {
  const dynamodb = await startDynamodb(emulator, port, join(data, "dynamodb"), join(logs, "dynamodb.log"));
  await createTables(dynamodb.endpoint, tables);
  return dynamodb;
}

function asIssuerKnows({ email, name, password, role, space }: SeedPerson, { spaces }: Seed) {
  const place = spaces.find((each) => each.space === space);
  const described = ROLES[role](place?.name ?? "", place?.marketplaces[0]?.name ?? "");
  return { email, name, password, email_verified: true, role: described };
}

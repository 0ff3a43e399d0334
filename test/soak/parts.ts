/**
 * The product's processes, each by itself, so that one can be killed while the others go on, where `npm start` would end
 * them all. The service has the stream's poller and the schedules in it.
 */
import { join } from "node:path";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { limitConcurrency } from "../../lib/async/limit_concurrency.ts";
import { findBaseUrl } from "../../local/base_url.ts";
import type { Seed } from "../../local/demo_seed.ts";
import { dataFolder, endpointOf, findEmulator, startDynamodb } from "../../local/dynamodb.ts";
import { localEnvironment } from "../../local/environment.ts";
import { type Started, stopAll } from "../../local/processes.ts";
import { serviceEnvironment, startService, startSimulator } from "../../local/service.ts";
import { createTables, tablesOf, tableVariables } from "../../local/tables.ts";
import { goingBy, setAhead } from "../support/clock.ts";
import { descendantsOf, type Place } from "../support/product.ts";
import { say } from "../support/say.ts";
import { aGate } from "./gate.ts";

const STAGE = "local";
/** So often in a row a part may fail to start, where what it needs is killed meanwhile. */
const STARTS = 5;

type Schedule = "retryStripeEvents" | "settleDueOrders" | "recoverSpaces" | "checkConnections";

let over = false;

/** Ends all parts, for good. */
export async function endParts(): Promise<void> {
  over = true;
  await stopAll();
}

export type Parts = Awaited<ReturnType<typeof startParts>>;

/**
 * Starts all of them, with the Spaces of the seed in them.
 * @param project the folder of a copy of this project that the service runs
 */
export async function startParts(place: Place, seed: Seed, project: string) {
  Object.assign(process.env, place.env);
  const environment = localEnvironment();
  const { PORT, DYNAMODB_PORT, STRIPE_SIMULATOR_PORT, LOCAL_DIR, lambdaPort } = environment;
  const emulator = await findEmulator();
  const data = dataFolder(LOCAL_DIR, "simulator", emulator);
  const tables = tablesOf(STAGE);
  const { baseUrl } = await findBaseUrl(PORT);
  const simulatorUrl = `http://127.0.0.1:${STRIPE_SIMULATOR_PORT}`;
  const ours = {
    ...serviceEnvironment(environment, {
      tables: tableVariables(tables),
      baseUrl,
      dataDir: data,
      operators: [],
      simulatorUrl,
    }),
    // Nobody is there to take mails.
    MAIL_FROM: "",
  };
  // Seeding goes through lib, which reads the environment as the functions do.
  Object.assign(process.env, ours);

  const [stripes, own] = [join(LOCAL_DIR, "clock"), join(LOCAL_DIR, "clock_of_service")];
  let ahead = 0;
  const moveClock = (ms: number, skew = 0): void => {
    ahead += ms;
    setAhead(stripes, ahead);
    setAhead(own, ahead + skew);
  };
  moveClock(0);
  Object.assign(process.env, goingBy(stripes));
  // Who signs in here does so by the clock of all.
  await import("../support/clock_ahead.ts");

  let logs = 0;
  const logFile = (part: string): string => join(LOCAL_DIR, "log", `${part}-${++logs}.log`);
  const dynamodb = await keepUp("DynamoDB Local", () =>
    startDynamodb(emulator, DYNAMODB_PORT, join(data, "dynamodb"), logFile("dynamodb")),
  );
  await createTables(endpointOf(DYNAMODB_PORT), tables);
  const simulator = await keepUp("the simulator", () =>
    startSimulator(STRIPE_SIMULATOR_PORT, data, logFile("stripe_simulator")),
  );
  const { seed: put } = await import("../../local/seed.ts");
  const spaces = await put(seed, simulatorUrl);
  const service = await keepUp("the service", () =>
    startService(
      { port: PORT, lambdaPort, stage: STAGE },
      { ...ours, ...goingBy(own) },
      logFile("service"),
      project,
    ),
  );

  const lambda = new LambdaClient({
    endpoint: `http://127.0.0.1:${lambdaPort}`,
    region: "local",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  const gate = aGate();
  const killSimulator = () => gate.shutWhile(simulator.kill);
  return {
    spaces,
    baseUrl,
    simulatorUrl,
    dynamodbUrl: endpointOf(DYNAMODB_PORT),
    /** What pages of ours say that a form comes from. */
    origin: new URL(baseUrl).origin,
    simulatorFile: join(data, "stripe_simulator.sqlite"),
    /** What people and banks do at Stripe is not what is tried here: a kill of the simulator waits for it. */
    atStripe: gate.pass,
    kill: {
      service: service.kill,
      dynamodb: dynamodb.kill,
      simulator: killSimulator,
      all: () => Promise.all([service.kill(), dynamodb.kill(), killSimulator()]),
    },
    /** How often each was killed, and what each said that ended though nobody had killed it. */
    fates: () => [service, dynamodb, simulator].map(({ fate }) => fate),
    moveClock,
    /** What EventBridge does. What it comes to is the function's own, and the next one's. */
    fire: async (...schedules: Schedule[]): Promise<void> => {
      for (const schedule of schedules)
        await lambda
          .send(new InvokeCommand({ FunctionName: `convene-stripe-${STAGE}-${schedule}` }))
          .catch(() => {});
    },
  };
}

/** Starts a part, and again whenever it has ended. */
async function keepUp(name: string, begin: () => Promise<Started>) {
  const inTurn = limitConcurrency(1);
  const fate = { name, kills: 0, endedItself: [] as string[] };
  let current = await begin();
  watch(current);

  function watch(started: Started): void {
    started.ended.then((error) =>
      inTurn(async () => {
        if (over || current !== started) return; // it was to end
        fate.endedItself.push(error.message);
        await startAgain();
      }),
    );
  }

  async function startAgain(): Promise<void> {
    for (let left = STARTS; ; left--) {
      try {
        current = await begin();
        break;
      } catch (error) {
        if (left <= 1) throw error;
        say(`${name} does not start: ${error instanceof Error ? error.message : error}`);
      }
    }
    watch(current);
  }

  return {
    fate,
    /** SIGKILL, and a start. */
    kill: (): Promise<void> =>
      inTurn(async () => {
        const { pid, ended } = current;
        for (const each of pid === undefined ? [] : descendantsOf(pid)) killHard(each);
        await ended;
        fate.kills += 1;
        await startAgain();
      }),
  };
}

function killHard(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has just ended by itself.
  }
}

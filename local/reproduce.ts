import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import * as v from "valibot";
import { runCommand } from "../cli/run_command.ts";
import { UserError } from "../cli/user_error.ts";
import { isEventId, isSlug } from "../lib/ids.ts";
import { readDemo } from "./demo.ts";
import { localEnvironment } from "./environment.ts";
import { LoadedEvent, loadEvent, readEvent, stripeReader } from "./reproduce/load_event.ts";
import { serviceEnvironment } from "./service.ts";
import { tablesOf, tableVariables } from "./tables.ts";

/** Where the event is from; a test's is another simulator. */
const STRIPE = process.env.REPRODUCE_FROM || "https://api.stripe.com";

await runCommand(async () => {
  const { event: id, account, file, space } = readArguments();
  const environment = localEnvironment();
  const { LOCAL_DIR, STRIPE_API_KEY: key } = environment;
  const demo = readDemo(LOCAL_DIR);
  if (demo.simulatorUrl === null)
    throw new UserError(
      "The service runs on Stripe's test mode. An event is reproduced on the simulator: npm start",
    );
  if (!key)
    throw new UserError(
      "STRIPE_API_KEY must be a key of the event's account that may read, `rk_…`: what the event is about is read with it.",
    );
  const read = stripeReader(STRIPE, key);
  const event = file === undefined ? await readEvent(read, id ?? "", account) : eventIn(file);
  const loading = await loadEvent(read, event);

  // What is put in goes through lib, which reads the environment as the functions do.
  const { baseUrl, simulatorUrl, dynamodbEndpoint } = demo;
  Object.assign(process.env, {
    ...serviceEnvironment(environment, {
      tables: tableVariables(tablesOf("local")),
      baseUrl,
      dataDir: LOCAL_DIR,
      operators: [],
      simulatorUrl,
    }),
    AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint,
  });
  const { intoLocal } = await import("./reproduce/into_local.ts");
  const { objects, order } = await intoLocal(loading, space, simulatorUrl);
  console.log(
    `${event.id} (${event.type}) was delivered, with ${objects} objects${order ? ` and Order ${order}` : ""}, persons replaced.\nLook at ${baseUrl}/spaces/${space}/stripe_events/${event.id} as the operator; Replay there runs its handler again.`,
  );
});

function readArguments() {
  const usage = new UserError(
    "npm run reproduce takes -- --event evt_…, with --account acct_… where it is of a connected account; or --file <its JSON>. And --space <a name for its Space here>, `reproduced` unless told.",
  );
  try {
    const { values } = parseArgs({
      options: {
        event: { type: "string" },
        account: { type: "string" },
        file: { type: "string" },
        space: { type: "string", default: "reproduced" },
      },
    });
    const { event, file, space } = values;
    if ((event === undefined) === (file === undefined) || !isSlug(space)) throw usage;
    if (event !== undefined && !isEventId(event)) throw usage;
    return values;
  } catch {
    throw usage;
  }
}

/** An event as Stripe sent it; or within what `GET …/stripe_events/{event}` answers, as `payload`. */
function eventIn(file: string): LoadedEvent {
  try {
    const json: unknown = JSON.parse(readFileSync(file, "utf8"));
    const answer = v.safeParse(v.looseObject({ payload: LoadedEvent }), json);
    return answer.success ? answer.output.payload : v.parse(LoadedEvent, json);
  } catch {
    throw new UserError(`${file} is no event's JSON.`);
  }
}

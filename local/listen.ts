import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import * as v from "valibot";
import { runCommand } from "../cli/run_command.ts";
import { UserError } from "../cli/user_error.ts";
import { WebhookSecret } from "../lib/marketplaces/webhook_secrets.ts";
import { mask } from "../lib/secrets/mask.ts";
import { type Demo, readDemo } from "./demo.ts";
import { localEnvironment } from "./environment.ts";
import { parentGone } from "./parent.ts";
import { type StripeCli, stripeCli } from "./stripe_cli.ts";

/** A Marketplace or a Space: where its events go, and where its webhook secrets are changed, by which API key. */
type Target = { apiKey: string; stripeSecretKey: string; forwardUrl: string; secretsUrl: string };

const Space = v.object({
  marketplaces: v.array(v.object({ marketplace: v.string(), name: v.string(), room: v.string() })),
});

const starterEnded = parentGone(); // from the start on: it may end before the CLI runs

await runCommand(async () => {
  const { marketplace, space, stripe } = readArguments();
  const { LOCAL_DIR } = localEnvironment();
  const demo = readDemo(LOCAL_DIR);
  if ((stripe === "test") !== (demo.simulatorUrl === null))
    throw new UserError(
      demo.simulatorUrl === null
        ? "The service runs on Stripe's test mode: npm run listen -- --stripe test"
        : "The service runs on the simulator. For Stripe's test mode, start it so: npm start -- --stripe test",
    );
  const target = space === undefined ? await findMarketplace(demo, marketplace) : findSpace(demo, space);
  const cli = stripeCli({
    apiKey: target.stripeSecretKey,
    apiBase: demo.simulatorUrl,
    configDir: join(LOCAL_DIR, "stripe_cli"),
  });
  const secret = await printSecret(cli);
  await addSecret(target, secret);
  console.log(`${mask(secret)} is one of its webhook secrets. Forwarding to ${target.forwardUrl}`);
  const [command, ...args] = cli.listen("--all-snapshot", "--forward-to", target.forwardUrl);
  const child = spawn(command, args, { stdio: "inherit", env: cli.env });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  void starterEnded.then(() => child.kill());
  const [code] = await once(child, "exit");
  process.exitCode = code ?? 0;
});

type Arguments = { marketplace?: string; space?: string; stripe: "simulator" | "test" };

function readArguments(): Arguments {
  const usage = new UserError(
    "npm run listen takes -- --marketplace <name or id>, the first one unless told, or --space <name>; and --stripe test.",
  );
  try {
    const { values } = parseArgs({
      options: {
        marketplace: { type: "string" },
        space: { type: "string" },
        stripe: { type: "string", default: "simulator" },
      },
    });
    const { stripe, ...which } = values;
    if ((stripe !== "simulator" && stripe !== "test") || Object.keys(which).length > 1) throw usage;
    return { ...which, stripe };
  } catch {
    throw usage;
  }
}

/** The first Marketplace of the demo; or that of a name or an id, which may have been made since. */
async function findMarketplace(demo: Demo, wanted: string | undefined): Promise<Target> {
  const all = (await Promise.all(demo.spaces.map((space) => targetsOf(demo.baseUrl, space)))).flat();
  const first = demo.spaces[0]?.marketplaces[0]?.marketplace;
  const found = all.filter(({ marketplace, name }) => [marketplace, name].includes(wanted ?? first ?? ""));
  const [target] = found;
  if (target && found.length === 1) return target;
  const names = all.map(({ name, marketplace }) => `${name} (${marketplace})`).join(", ");
  throw new UserError(
    target
      ? `There are ${found.length} Marketplaces ${wanted}: choose one by its id. There is ${names}.`
      : `No Marketplace ${wanted}. There is ${names}.`,
  );
}

/** A Space of the demo. */
function findSpace({ baseUrl, spaces }: Demo, wanted: string): Target {
  const found = spaces.find(({ space }) => space === wanted);
  if (!found)
    throw new UserError(`No Space ${wanted}. There is ${spaces.map(({ space }) => space).join(", ")}.`);
  const { apiKey, stripeSecretKey } = found;
  const url = `${baseUrl}/spaces/${wanted}`;
  return {
    apiKey,
    stripeSecretKey,
    forwardUrl: `${url}/stripe_events`,
    secretsUrl: `${url}/webhook_secrets`,
  };
}

async function targetsOf(baseUrl: string, { space, apiKey, stripeSecretKey }: Demo["spaces"][number]) {
  const url = `${baseUrl}/spaces/${space}`;
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${apiKey}`, accept: "application/json" },
  });
  const { marketplaces } = v.parse(Space, await response.json());
  return marketplaces.map(({ marketplace, name, room }) => {
    const secretsUrl = `${url}/rooms/${room}/marketplaces/${marketplace}`;
    const forwardUrl = `${secretsUrl}/stripe_events`;
    return { marketplace, name, apiKey, stripeSecretKey, forwardUrl, secretsUrl };
  });
}

async function printSecret({ listen, env }: StripeCli): Promise<string> {
  const [command, ...args] = listen("--print-secret");
  try {
    const { stdout } = await promisify(execFile)(command, args, { env });
    return v.parse(WebhookSecret, stdout);
  } catch {
    throw new UserError("The Stripe CLI got no webhook secret. Is the key right, and Stripe within reach?");
  }
}

/** Adds the secret to those that are there, as the reader of Stripe's docs would by hand. */
async function addSecret({ secretsUrl, apiKey }: Target, secret: string): Promise<void> {
  const saved = await fetch(secretsUrl, {
    method: "POST",
    headers: {
      authorization: `Bearer ${apiKey}`,
      accept: "application/json",
      "content-type": "application/json",
    },
    body: JSON.stringify({ add_webhook_secret: secret }),
  });
  if (!saved.ok) throw new UserError(`The webhook secret was not taken: ${await saved.text()}`);
}

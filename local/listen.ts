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
import { type StripeCli, stripeCli } from "./stripe_cli.ts";

/** A Marketplace, and the API key that may change its settings. */
type Target = { apiKey: string; stripeSecretKey: string; forwardUrl: string };

const Space = v.object({
  marketplaces: v.array(v.object({ marketplace: v.string(), name: v.string(), room: v.string() })),
});

const Settings = v.object({ stripe_webhook_endpoint_secret: v.array(v.string()) });

await runCommand(async () => {
  const { marketplace, stripe } = readArguments();
  const { LOCAL_DIR } = localEnvironment();
  const demo = readDemo(LOCAL_DIR);
  if ((stripe === "test") !== (demo.simulatorUrl === null))
    throw new UserError(
      demo.simulatorUrl === null
        ? "The service runs on Stripe's test mode: npm run listen -- --stripe test"
        : "The service runs on the simulator. For Stripe's test mode, start it so: npm start -- --stripe test",
    );
  const target = await findTarget(demo, marketplace);
  const cli = stripeCli({
    apiKey: target.stripeSecretKey,
    apiBase: demo.simulatorUrl,
    configDir: join(LOCAL_DIR, "stripe_cli"),
  });
  const secret = await printSecret(cli);
  await addSecret(target, secret);
  console.log(`${mask(secret)} is a webhook secret of this Marketplace. Forwarding to ${target.forwardUrl}`);
  const [command, ...args] = cli.listen("--all-snapshot", "--forward-to", target.forwardUrl);
  const child = spawn(command, args, { stdio: "inherit", env: cli.env });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  const [code] = await once(child, "exit");
  process.exitCode = code ?? 0;
});

function readArguments(): { marketplace: string | undefined; stripe: "simulator" | "test" } {
  const usage = new UserError(
    "npm run listen takes -- --marketplace <name or id>, the first one unless told, and --stripe test.",
  );
  try {
    const { values } = parseArgs({
      options: { marketplace: { type: "string" }, stripe: { type: "string", default: "simulator" } },
    });
    if (values.stripe !== "simulator" && values.stripe !== "test") throw usage;
    return { marketplace: values.marketplace, stripe: values.stripe };
  } catch {
    throw usage;
  }
}

/** The first Marketplace of the demo; or that of a name or an id, which may have been made since. */
async function findTarget(demo: Demo, wanted: string | undefined): Promise<Target> {
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

async function targetsOf(baseUrl: string, { space, apiKey, stripeSecretKey }: Demo["spaces"][number]) {
  const url = `${baseUrl}/spaces/${space}`;
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${apiKey}`, accept: "application/json" },
  });
  const { marketplaces } = v.parse(Space, await response.json());
  return marketplaces.map(({ marketplace, name, room }) => ({
    marketplace,
    name,
    apiKey,
    stripeSecretKey,
    forwardUrl: `${url}/rooms/${room}/marketplaces/${marketplace}/stripe_events`,
  }));
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

/** Adds the secret to the Marketplace's, as the reader of Stripe's docs would by hand; the others stay. */
async function addSecret({ forwardUrl, apiKey }: Target, secret: string): Promise<void> {
  const marketplaceUrl = forwardUrl.replace(/\/stripe_events$/, "");
  const headers = { authorization: `Bearer ${apiKey}`, accept: "application/json" };
  const present = await fetch(`${marketplaceUrl}/edit`, { headers });
  const { stripe_webhook_endpoint_secret: masked } = v.parse(Settings, await present.json());
  const body = JSON.stringify({ stripe_webhook_endpoint_secret: [...masked, secret] });
  const saved = await fetch(marketplaceUrl, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body,
  });
  if (!saved.ok)
    throw new UserError(`The Marketplace did not take the webhook secret: ${await saved.text()}`);
}

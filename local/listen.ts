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

/** A Marketplace of the demo, and the API key that may change its settings. */
type Target = { apiKey: string; stripeSecretKey: string; forwardUrl: string };

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
  const target = targetOf(demo, marketplace);
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
    "npm run listen takes -- --marketplace <id>, the first one unless told, and --stripe test.",
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

function targetOf(demo: Demo, marketplace: string | undefined): Target {
  const targets = demo.spaces.flatMap(({ apiKey, stripeSecretKey, marketplaces }) =>
    marketplaces.map((each) => ({ ...each, apiKey, stripeSecretKey })),
  );
  const target = targets.find((each) => marketplace === undefined || each.marketplace === marketplace);
  if (!target)
    throw new UserError(
      `No Marketplace ${marketplace}. There is ${targets.map((each) => each.marketplace).join(", ")}.`,
    );
  return target;
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

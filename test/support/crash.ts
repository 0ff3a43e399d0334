import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { build, stop } from "esbuild";
import { afterAll } from "vitest";
import { BUNDLING } from "../../release/bundle_functions.ts";
import { forward } from "./forward.ts";
import { listen } from "./listen.ts";
import { aContext } from "./requests.ts";

/** Where to kill: at the n-th step to the outside, before it takes effect, or after, with its answer lost. */
export type CutOff = { step: number; when: "before" | "after" };

const folder = mkdtempSync(join(tmpdir(), "convene-stripe-crash-"));
const require = createRequire(import.meta.url);
const bundles = new Map<string, Promise<string>>();
const proxies: Server[] = [];

afterAll(() => {
  for (const proxy of proxies) {
    proxy.closeAllConnections();
    proxy.close();
  }
  rmSync(folder, { recursive: true });
});

/** The bundle that is deployed. Each run loads it again, so that nothing is left of the runs before. */
function bundleOf(file: string): Promise<string> {
  const bundle = bundles.get(file) ?? makeBundle(file, join(folder, `${bundles.size}.cjs`));
  bundles.set(file, bundle);
  return bundle;
}

async function makeBundle(file: string, outfile: string): Promise<string> {
  await build({ ...BUNDLING, entryPoints: [file], outfile });
  await stop();
  return outfile;
}

/**
 * Runs a function and kills it at a step: a request to DynamoDB or Stripe, other than one that looks for what is due. All
 * its requests come through here, and from the kill on none is forwarded and none is answered, so the function never goes
 * on: to everybody else that is what a killed process is. Starting a process for each kill takes ten times as long; the soak
 * kills real ones (test/soak).
 *
 * Exactly the steps up to the kill take effect. So a kill `after` a step is the same as one `before` the next, unless the
 * function calls something else between the two, such as a mail server.
 * @returns whether it was killed; not, if it takes fewer steps.
 */
export async function runAndKill(file: string, event: unknown, { step, when }: CutOff): Promise<boolean> {
  const effective = when === "before" ? step - 1 : step;
  let steps = 0;
  const killed = Promise.withResolvers<true>();
  let isDead = false;
  const kill = (): void => {
    isDead = true;
    killed.resolve(true);
  };
  const pass = async (origin: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = new Uint8Array(await buffer(request));
    if (isDead) return;
    const isStep = request.headers["x-amz-target"] !== "DynamoDB_20120810.Query";
    if (isStep) steps += 1;
    const nth = steps;
    if (isStep && nth > effective) return nth === step ? kill() : undefined;
    const answer = await forward(origin, request, body);
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (isStep && nth === step) return kill();
    if (!isDead) response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(bytes);
  };
  const bundle = await bundleOf(file);
  const { AWS_ENDPOINT_URL_DYNAMODB = "", STRIPE_API_BASE = "" } = process.env;
  using _environment = variables({
    AWS_ENDPOINT_URL_DYNAMODB: await aProxy((...each) => pass(AWS_ENDPOINT_URL_DYNAMODB, ...each)),
    STRIPE_API_BASE: await aProxy((...each) => pass(STRIPE_API_BASE, ...each)),
  });
  delete require.cache[bundle];
  const { handler }: { handler: (event: unknown, context: object) => Promise<unknown> } = require(bundle);
  const run = handler(event, aContext());
  run.catch(() => {}); // a killed run may still fail, when its requests have no answer
  return await Promise.race([run.then(() => false), killed.promise]);
}

/** Sets variables, for as long as they are in use. */
function variables(named: Record<string, string>): Disposable {
  const before = Object.keys(named).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, named);
  return {
    [Symbol.dispose]: () => Object.assign(process.env, Object.fromEntries(before)),
  };
}

/** @returns its origin */
async function aProxy(
  pass: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<string> {
  const server = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy());
  });
  proxies.push(server);
  return await listen(server);
}

import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { build, stop } from "esbuild";
import { afterAll, inject } from "vitest";
import { BUNDLING } from "../../release/bundle_functions.ts";
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

/** A function as it is deployed: loaded anew for each run, it has nothing of the runs before, as in a process of its own. */
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
 * Runs a function and kills it at a step. All that it asks of DynamoDB or Stripe goes through here, and each is a step,
 * but for looking for what is due. To everybody else a process is killed when nothing more comes of it: from then on no
 * request of the run is passed on, and none is answered, so it never gets behind that step. A process killed in earnest
 * would take ten times as long to start; the soak does that (test/soak).
 *
 * Exactly the steps before take effect, those under way at the same time included: `after` one is as `before` the next,
 * for a function that tells nobody else in between.
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
  const forward = async (to: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    if (isDead) return;
    const isStep = request.headers["x-amz-target"] !== "DynamoDB_20120810.Query";
    if (isStep) steps += 1;
    const nth = steps;
    if (isStep && nth > effective) return nth === step ? kill() : undefined;
    const answer = await fetch(new URL(request.url ?? "/", to), {
      method: request.method ?? "GET",
      headers: headersOf(request),
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (isStep && nth === step) return kill();
    if (!isDead) response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(bytes);
  };
  const bundle = await bundleOf(file);
  const [dynamodb, stripe] = await Promise.all([
    aProxy((...each) => forward(inject("dynamodbEndpoint"), ...each)),
    aProxy((...each) => forward(inject("simulatorUrl"), ...each)),
  ]);
  using _environment = variables({ AWS_ENDPOINT_URL_DYNAMODB: dynamodb, STRIPE_API_BASE: stripe });
  delete require.cache[bundle];
  const { handler }: { handler: (event: unknown, context: object) => Promise<unknown> } = require(bundle);
  const run = handler(event, aContext());
  // What becomes of it when it was killed is nobody's business.
  run.catch(() => {});
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

const HOP_BY_HOP = new Set([
  "connection",
  "content-length",
  "host",
  "keep-alive",
  "transfer-encoding",
  "accept-encoding",
]);

const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      HOP_BY_HOP.has(name) || !value ? [] : [[name, String(value)]],
    ),
  );

/** @returns its URL */
async function aProxy(
  forward: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<string> {
  const server = createServer((request, response) => {
    forward(request, response).catch(() => response.destroy());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  proxies.push(server);
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("the proxy does not listen");
  return `http://127.0.0.1:${address.port}`;
}

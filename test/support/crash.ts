import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { build, stop } from "esbuild";
import { afterAll } from "vitest";
import { BUNDLING } from "../../release/bundle_functions.ts";

/** Where to kill: at the n-th step to the outside, before it takes effect, or after, with its answer lost. */
export type CutOff = { step: number; when: "before" | "after" };

const folder = mkdtempSync(join(tmpdir(), "convene-stripe-crash-"));
afterAll(() => rmSync(folder, { recursive: true }));
const bundles = new Map<string, Promise<string>>();

/** A function as it is deployed, to be started often: from its sources, each start takes four times the processor time. */
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
 * Runs a function in a process of its own, and kills that process (SIGKILL) at a step. Every step has an effect only by
 * what it sends to DynamoDB or Stripe, so both go through here, and are counted. Looking for what is due does not count.
 * @returns whether it was killed; not, if it takes fewer steps.
 */
export async function runAndKill(file: string, event: unknown, { step, when }: CutOff): Promise<boolean> {
  let steps = 0;
  let killed = false;
  const kill = (): void => {
    killed = true;
    child.kill("SIGKILL");
  };
  const forward = async (to: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const isStep = request.headers["x-amz-target"] !== "DynamoDB_20120810.Query";
    if (isStep) steps += 1;
    const isLast = isStep && steps === step;
    if (isLast && when === "before") return kill();
    const body = await buffer(request);
    const answer = await fetch(new URL(request.url ?? "/", to), {
      method: request.method ?? "GET",
      headers: headersOf(request),
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (isLast) return kill();
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(bytes);
  };
  const bundle = await bundleOf(file);
  const dynamodb = await aProxy((...each) => forward(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? "", ...each));
  const stripe = await aProxy((...each) => forward(process.env.STRIPE_API_BASE ?? "", ...each));
  const child = spawn(process.execPath, [join(import.meta.dirname, "run_function.ts"), bundle], {
    stdio: ["pipe", "ignore", "inherit"],
    env: { ...process.env, AWS_ENDPOINT_URL_DYNAMODB: urlOf(dynamodb), STRIPE_API_BASE: urlOf(stripe) },
  });
  child.stdin.end(JSON.stringify(event));
  const [code] = await once(child, "exit");
  for (const server of [dynamodb, stripe]) {
    server.closeAllConnections();
    server.close();
  }
  if (!killed && code !== 0) throw new Error(`${file} failed by itself`);
  return killed;
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

async function aProxy(
  forward: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<Server> {
  const server = createServer((request, response) => {
    forward(request, response).catch(() => response.destroy());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return server;
}

function urlOf(server: Server): string {
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("the proxy does not listen");
  return `http://127.0.0.1:${address.port}`;
}

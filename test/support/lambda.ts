import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { json } from "node:stream/consumers";
import { unzipSync } from "fflate";
import * as v from "valibot";
import { packagedTemplate, resourcesOf } from "./template.ts";

const Packaged = v.object({
  FunctionName: v.string(),
  Handler: v.string(),
  Timeout: v.number(),
  Environment: v.object({ Variables: v.record(v.string(), v.unknown()) }),
});

/** The packaged functions by name, as their template has them. */
export const packagedFunctions = (folder: string): Map<string, v.InferOutput<typeof Packaged>> =>
  new Map(
    resourcesOf(packagedTemplate(folder), "AWS::Lambda::Function").map(([, { Properties }]) => {
      const packaged = v.parse(Packaged, Properties);
      return [packaged.FunctionName.split("-").at(-1) ?? "", packaged];
    }),
  );

export type Lambda = {
  /** What the function answers to an event. @throws what it threw. */
  invoke(event: unknown): Promise<unknown>;
  stop(): Promise<void>;
};

/**
 * Starts a packaged function as Lambda would: unzipped in an empty folder, far from any node_modules, with the variables
 * that its template gives it (their values by `environment`) and no others but the platform's own.
 */
export async function startLambda(
  folder: string,
  name: string,
  environment: Record<string, string>,
): Promise<Lambda> {
  const { Handler, Timeout, Environment } = packagedFunctions(folder).get(name) ?? {};
  if (!Handler) throw new Error(`there is no function ${name}`);
  const root = mkdtempSync(join(tmpdir(), `convene-stripe-${name}-`));
  for (const [file, bytes] of Object.entries(unzipSync(readFileSync(join(folder, `${name}.zip`))))) {
    mkdirSync(join(root, dirname(file)), { recursive: true });
    writeFileSync(join(root, file), bytes);
  }
  const variables = Object.keys(Environment?.Variables ?? {}).map((key) => [key, environment[key] ?? ""]);
  const platform = Object.entries(environment).filter(
    ([key]) => key.startsWith("AWS_") || key === "STRIPE_API_BASE",
  );
  const runtime = runtimeApi((Timeout ?? 0) * 1000);
  const child = spawn(process.execPath, [join(import.meta.dirname, "lambda_runtime.ts")], {
    cwd: root,
    stdio: ["ignore", "ignore", "ignore"],
    env: {
      ...Object.fromEntries([...variables, ...platform]),
      AWS_LAMBDA_RUNTIME_API: await runtime.listen(),
      LAMBDA_TASK_ROOT: root,
      _HANDLER: Handler,
    },
  });
  runtime.watch(child);
  return {
    invoke: runtime.invoke,
    stop: async () => {
      if (child.exitCode === null && child.kill("SIGKILL")) await once(child, "exit");
      runtime.close();
      rmSync(root, { recursive: true });
    },
  };
}

/** Lambda's Runtime API, for one function that takes one invocation at a time. */
function runtimeApi(timeoutMs: number) {
  const waiting: { id: string; event: unknown }[] = [];
  const answers = new Map<string, PromiseWithResolvers<unknown>>();
  let asking: ServerResponse | undefined;
  const hand = (): void => {
    const next = asking && waiting.shift();
    if (!next || !asking) return;
    asking
      .writeHead(200, {
        "lambda-runtime-aws-request-id": next.id,
        "lambda-runtime-deadline-ms": String(Date.now() + timeoutMs),
      })
      .end(JSON.stringify(next.event));
    asking = undefined;
  };
  const fail = (reason: string): void => {
    for (const answer of answers.values()) answer.reject(new Error(reason));
  };
  const server = createServer(async (request, response) => {
    const [, id = "", what] = /\/runtime\/(?:invocation\/)?([\w-]+)\/?(\w*)$/.exec(request.url ?? "") ?? [];
    if (id === "next") {
      asking = response;
      return hand();
    }
    const body = await json(request);
    response.writeHead(202).end();
    if (id === "init") return fail(`it cannot be loaded: ${JSON.stringify(body)}`);
    const answer = answers.get(id);
    if (what === "error") answer?.reject(new Error(JSON.stringify(body)));
    else answer?.resolve(body);
  });
  return {
    async listen(): Promise<string> {
      await once(server.listen(0, "127.0.0.1"), "listening");
      const address = server.address();
      return typeof address === "object" && address ? `127.0.0.1:${address.port}` : "";
    },
    watch: (child: ChildProcess): void => {
      child.once("exit", (code) => fail(`it ended with ${code}`));
    },
    async invoke(event: unknown): Promise<unknown> {
      const id = randomUUID();
      const answer = Promise.withResolvers<unknown>();
      answers.set(id, answer);
      waiting.push({ id, event });
      hand();
      return await answer.promise;
    },
    close: (): void => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/**
 * The part of Lambda that runs a function: loads the handler that `_HANDLER` names out of `LAMBDA_TASK_ROOT`, then takes
 * invocations from the Runtime API and answers them there (Lambda docs, "Lambda runtime API").
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { AWS_LAMBDA_RUNTIME_API, LAMBDA_TASK_ROOT = "", _HANDLER = "" } = process.env;
const api = `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const dot = _HANDLER.lastIndexOf(".");

const post = (path: string, body: unknown): Promise<Response> =>
  fetch(`${api}/${path}`, { method: "POST", body: JSON.stringify(body ?? null) });
const asError = (error: unknown) =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message }
    : { errorMessage: String(error) };

let handler: (event: unknown, context: object) => unknown;
try {
  const module = await import(pathToFileURL(join(LAMBDA_TASK_ROOT, `${_HANDLER.slice(0, dot)}.cjs`)).href);
  handler = module[_HANDLER.slice(dot + 1)];
} catch (error) {
  await post("init/error", asError(error));
  process.exit(1);
}

for (;;) {
  const next = await fetch(`${api}/invocation/next`);
  const awsRequestId = next.headers.get("lambda-runtime-aws-request-id") ?? "";
  const deadline = Number(next.headers.get("lambda-runtime-deadline-ms"));
  const context = { awsRequestId, getRemainingTimeInMillis: () => deadline - Date.now() };
  try {
    await post(`invocation/${awsRequestId}/response`, await handler(await next.json(), context));
  } catch (error) {
    await post(`invocation/${awsRequestId}/error`, asError(error));
  }
}

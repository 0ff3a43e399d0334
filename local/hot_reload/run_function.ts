import type { Context } from "aws-lambda";
import * as v from "valibot";
import { importCurrent } from "./generations.ts";
import { LoadFailure } from "./load_failure.ts";

/** A function's file by its name at Lambda. */
const files = new Map<string, string>();

export const register = (functionName: string, file: string): void => {
  files.set(functionName, file);
};

const Module = v.object({ handler: v.function() });
/** What a schedule sends (Amazon EventBridge docs, "Scheduled events"). */
const Tick = v.object({ "detail-type": v.literal("Scheduled Event") });
const HttpRequest = v.object({ requestContext: v.object({ http: v.object({}) }) });

/** Runs whichever function is invoked, as its file and all that it imports are now. */
export async function run(event: unknown, context: Context): Promise<unknown> {
  try {
    if (v.is(Tick, event) && firesTooSoon(context.functionName)) return undefined;
    const { handler } = await load(files.get(context.functionName) ?? "");
    return await handler(v.is(HttpRequest, event) ? asApiGateway(event) : event, context);
  } catch (error) {
    if (!v.is(HttpRequest, event)) throw error;
    console.error(error);
    // serverless-offline answers 200 to a request whose function threw, and Stripe would take its event for stored.
    return { statusCode: 500, body: JSON.stringify({ message: String(error) }) };
  }
}

/** In ms; no schedule is more often than each minute. */
const SOONEST_MS = 30_000;
/** When each function's schedule ran last. */
const ticks = new Map<string, number>();

/**
 * After a laptop has slept, serverless-offline fires a schedule once for each minute that was missed, all at once;
 * EventBridge does not. The first of them counts as a run, the others come too soon.
 */
function firesTooSoon(functionName: string): boolean {
  const now = performance.now();
  const last = ticks.get(functionName);
  if (last !== undefined && now - last < SOONEST_MS) return true;
  ticks.set(functionName, now);
  return false;
}

/** What a request has not, API Gateway leaves out ("Working with AWS Lambda proxy integrations", format 2.0); serverless-offline says null. */
const asApiGateway = (event: object): object =>
  Object.fromEntries(Object.entries(event).filter(([, value]) => value !== null));

async function load(file: string): Promise<v.InferOutput<typeof Module>> {
  try {
    return v.parse(Module, await importCurrent(file));
  } catch (error) {
    throw new LoadFailure(error);
  }
}

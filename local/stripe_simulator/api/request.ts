import type { Context } from "hono";
import qs from "qs";
import Stripe from "stripe";
import type { Cause } from "../core/cause.ts";
import { nowSeconds } from "../core/clock.ts";
import { newId } from "../core/ids.ts";
import type { Scope } from "../core/objects.ts";
import { pretty } from "../core/pretty_json.ts";
import { beSlow, useUp } from "../state/faults.ts";
import type { Permission } from "../state/permissions.ts";
import type { Simulator } from "../state/simulator.ts";
import { authenticate, type Caller } from "./authenticate.ts";
import {
  ApiError,
  hungUp,
  idempotencyKeyInUse,
  idempotencyKeyTooLong,
  notForm,
  ownError,
  rateLimited,
  serverError,
} from "./errors.ts";
import { expand, takeExpand } from "./expand.ts";
import { type Answer, keepAnswer, keptAnswer } from "./idempotency.ts";
import { logRequest } from "./request_log.ts";

/** One API request, authenticated, its form read but not checked yet. */
export interface Call {
  cause: Cause;
  scope: Scope;
  caller: Caller;
  params: unknown;
  /** A part of the URL such as `:id`. */
  path(name: string): string;
}

/** Synchronous on purpose: it runs inside one transaction, together with the saving of its answer. */
export type Handler = (call: Call, simulator: Simulator) => object;

/** The keys of requests that are being answered. Rightly lost when the process dies: so are those requests. */
const inProgress = new WeakMap<Simulator, Set<string>>();

/** A handler, and what a restricted key needs for it: null for nothing. */
interface Route {
  handler: Handler;
  permission: Permission | null;
}

/** Turns a handler into a route that behaves like Stripe's API around it. */
export function api(simulator: Simulator, permission: Permission | null, handler: Handler) {
  return async (c: Context): Promise<Response> => {
    const cause: Cause = { id: newId.request(), idempotency_key: c.req.header("Idempotency-Key") || null };
    let caller: Caller | undefined;
    let answer: Answer;
    try {
      caller = authenticate(simulator, c.req.header("Authorization"));
      answer = await answerTo(c, simulator, { permission, handler }, cause, caller);
    } catch (error) {
      answer = failure(error);
    }
    return respond(c, simulator, cause, caller, answer);
  };
}

/** Logs the request and sends its answer, late if the weather says so. */
export async function respond(
  c: Context,
  simulator: Simulator,
  cause: Cause,
  caller: Caller | undefined,
  answer: Answer,
): Promise<Response> {
  if (caller) {
    logRequest(simulator, {
      id: cause.id ?? "",
      account: caller.account,
      method: c.req.method,
      path: c.req.path,
      status: answer.status,
      idempotency_key: cause.idempotency_key,
      created: nowSeconds(),
    });
    await beSlow(simulator, askedOf(c, caller));
  }
  return toResponse(c, cause, answer);
}

/** What the weather goes by. */
export const askedOf = (c: Context, { account }: Caller) => ({
  account,
  method: c.req.method,
  path: c.req.path,
});

/** The troubles that keep a request from having any effect. */
export function meetTrouble(c: Context, simulator: Simulator, caller: Caller): void {
  const asked = askedOf(c, caller);
  if (useUp(simulator, asked, "unavailable")) throw serverError(503);
  if (useUp(simulator, asked, "rate_limit")) throw rateLimited();
}

async function answerTo(
  c: Context,
  simulator: Simulator,
  { permission, handler }: Route,
  cause: Cause,
  caller: Caller,
): Promise<Answer> {
  meetTrouble(c, simulator, caller);
  const scope = { account: caller.actsFor(c.req.header("Stripe-Account")), livemode: caller.livemode };
  if (permission) caller.assertMay(permission, scope.account);
  const key = c.req.method === "POST" ? cause.idempotency_key : null;
  if (key && key.length > 255) throw idempotencyKeyTooLong(key.length);

  const busy = inProgress.get(simulator) ?? new Set();
  inProgress.set(simulator, busy);
  const lock = JSON.stringify([scope, key]);
  if (key && busy.has(lock)) throw idempotencyKeyInUse(key);
  if (key) busy.add(lock);
  try {
    const { params, expansions } = takeExpand(await readParams(c));
    const question = { scope, key, path: c.req.path, params: { params, expansions } };
    const kept = keptAnswer(simulator, question);
    if (kept) return kept;
    const call: Call = { cause, scope, caller, params, path: (name) => c.req.param(name) ?? "" };
    const work = () => expand(simulator, scope, handler(call, simulator), expansions);
    return run(c, simulator, caller, work, (answer) => keepAnswer(simulator, question, cause, answer));
  } finally {
    busy.delete(lock);
  }
}

/** State, events and the kept answer commit together, or none of them. */
function run(
  c: Context,
  simulator: Simulator,
  caller: Caller,
  work: () => object,
  keep: (answer: Answer) => void,
): Answer {
  try {
    return simulator.store.transaction(() => {
      const body = work();
      const lost = c.req.method === "POST" && useUp(simulator, askedOf(c, caller), "error_after_success");
      const answer = lost ? failure(serverError(500)) : { status: 200, body: pretty(body) };
      keep(answer);
      return answer;
    });
  } catch (error) {
    const answer = failure(error);
    if (answer.status >= 500 || (error instanceof ApiError && error.validated)) keep(answer);
    return answer;
  }
}

export async function readParams(c: Context): Promise<unknown> {
  const isForm = c.req.header("Content-Type")?.startsWith("application/x-www-form-urlencoded") ?? false;
  const body = await c.req.text().catch(() => {
    throw hungUp();
  });
  if (body !== "" && !isForm) throw notForm();
  const query = new URL(c.req.url).search.slice(1);
  return qs.parse([query, body].filter(Boolean).join("&"), {
    // A list's index may be as large as Stripe's largest list; beyond it qs would make a map of it.
    arrayLimit: 1000,
    parameterLimit: 10_000,
    depth: 10,
    plainObjects: true,
  });
}

export function failure(error: unknown): Answer {
  if (!(error instanceof ApiError)) console.error(error);
  const known = error instanceof ApiError ? error : ownError(error);
  return { status: known.status, body: pretty({ error: known.body }) };
}

function toResponse(c: Context, cause: Cause, answer: Answer): Response {
  return new Response(answer.body, {
    status: answer.status,
    headers: {
      "Content-Type": "application/json",
      "Request-Id": cause.id ?? "",
      "Stripe-Version": c.req.header("Stripe-Version") ?? Stripe.API_VERSION,
      ...(cause.idempotency_key && { "Idempotency-Key": cause.idempotency_key }),
      ...(answer.original && { "Idempotent-Replayed": "true", "Original-Request": answer.original }),
    },
  });
}

import type { Context } from "hono";
import qs from "qs";
import Stripe from "stripe";
import type { Cause } from "../core/cause.ts";
import { nowSeconds } from "../core/clock.ts";
import { newId } from "../core/ids.ts";
import type { Scope } from "../core/objects.ts";
import { prettyJson } from "../core/pretty_json.ts";
import { consumeFault, delay } from "../state/faults.ts";
import type { Permission } from "../state/permissions.ts";
import type { Simulator } from "../state/simulator.ts";
import { authenticate, type Caller } from "./authenticate.ts";
import {
  ApiError,
  clientDisconnected,
  idempotencyKeyInUse,
  idempotencyKeyTooLong,
  internalError,
  notFormEncoded,
  rateLimited,
  serverError,
} from "./errors.ts";
import { expand, extractExpand } from "./expand.ts";
import { type ApiResponse, savedResponse, saveResponse } from "./idempotency.ts";
import { logRequest } from "./request_log.ts";

/** One API request, authenticated, with its parameters not validated yet. */
export interface Call {
  cause: Cause;
  scope: Scope;
  caller: Caller;
  params: unknown;
  /** A path parameter such as `:id`. */
  path(name: string): string;
}

/** Synchronous on purpose: it runs inside one transaction, together with saving its response.
 *  @returns the answer. An `ApiError` that is thrown undoes everything; one that is returned leaves what was done */
export type Handler = (call: Call, simulator: Simulator) => object;

/** The idempotency keys of requests in progress. In memory only: when the process dies, so do those requests. */
const keysInProgress = new WeakMap<Simulator, Set<string>>();

/** A handler, and the permission that a restricted key needs for it, if any. */
interface Route {
  handler: Handler;
  permission: Permission | null;
}

/** Turns a handler into a route that behaves like Stripe's API around it. */
export function api(simulator: Simulator, permission: Permission | null, handler: Handler) {
  return async (c: Context): Promise<Response> => {
    const cause: Cause = { id: newId.request(), idempotency_key: c.req.header("Idempotency-Key") || null };
    let caller: Caller | undefined;
    let response: ApiResponse;
    try {
      caller = authenticate(simulator, c.req.header("Authorization"));
      response = await handle(c, simulator, { permission, handler }, cause, caller);
    } catch (error) {
      response = errorResponse(error);
    }
    return respond(c, simulator, cause, caller, response);
  };
}

/** Logs the request and sends its response, delayed if a fault says so. */
export async function respond(
  c: Context,
  simulator: Simulator,
  cause: Cause,
  caller: Caller | undefined,
  response: ApiResponse,
): Promise<Response> {
  if (caller) {
    const { method, path } = c.req;
    const request = { id: cause.id ?? "", account: caller.account, method, path, created: nowSeconds() };
    logRequest(simulator, { ...request, status: response.status, idempotency_key: cause.idempotency_key });
    const connect = (c.req.header("Stripe-Account") ?? caller.account) !== caller.account;
    simulator.tail({ ...request, ...response, connect, livemode: caller.livemode });
    await delay(simulator, requestInfo(c, caller), "after");
  }
  return toResponse(c, cause, response);
}

/** What decides whether a fault applies. */
export const requestInfo = (c: Context, { account }: Caller) => ({
  account,
  method: c.req.method,
  path: c.req.path,
});

/** Throws if a fault keeps this request from having any effect. */
export function injectFault(c: Context, simulator: Simulator, caller: Caller): void {
  const info = requestInfo(c, caller);
  if (consumeFault(simulator, info, "unavailable")) throw serverError(503);
  if (consumeFault(simulator, info, "rate_limit")) throw rateLimited();
}

async function handle(
  c: Context,
  simulator: Simulator,
  { permission, handler }: Route,
  cause: Cause,
  caller: Caller,
): Promise<ApiResponse> {
  injectFault(c, simulator, caller);
  const scope = { account: caller.actsFor(c.req.header("Stripe-Account")), livemode: caller.livemode };
  if (permission) caller.assertMay(permission, scope.account);
  const key = c.req.method === "POST" ? cause.idempotency_key : null;
  if (key && key.length > 255) throw idempotencyKeyTooLong(key.length);

  const busy = keysInProgress.get(simulator) ?? new Set();
  keysInProgress.set(simulator, busy);
  const lock = JSON.stringify([scope, key]);
  if (key && busy.has(lock)) throw idempotencyKeyInUse(key);
  if (key) busy.add(lock);
  try {
    const { params, expansions } = extractExpand(await readParams(c));
    const request = { scope, key, path: c.req.path, params: { params, expansions } };
    const saved = savedResponse(simulator, request);
    if (saved) return saved;
    await delay(simulator, requestInfo(c, caller), "before");
    const call: Call = { cause, scope, caller, params, path: (name) => c.req.param(name) ?? "" };
    const work = () => {
      const answer = handler(call, simulator);
      return answer instanceof ApiError ? answer : expand(simulator, scope, answer, expansions);
    };
    return runHandler(c, simulator, caller, work, (response) =>
      saveResponse(simulator, request, cause, response),
    );
  } finally {
    busy.delete(lock);
  }
}

/** State, events and the saved response commit together, or not at all. */
function runHandler(
  c: Context,
  simulator: Simulator,
  caller: Caller,
  work: () => object,
  save: (response: ApiResponse) => void,
): ApiResponse {
  const isPost = c.req.method === "POST";
  const info = requestInfo(c, caller);
  try {
    if (isPost && consumeFault(simulator, info, "error_before_effect")) throw serverError(500);
    return simulator.store.transaction(() => {
      const body = work();
      const lost = isPost && consumeFault(simulator, info, "error_after_success");
      const error = lost ? serverError(500) : body instanceof ApiError ? body : undefined;
      const response = error ? errorResponse(error) : { status: 200, body: prettyJson(body) };
      save(response);
      return response;
    });
  } catch (error) {
    const response = errorResponse(error);
    if (response.status >= 500 || (error instanceof ApiError && error.validated)) save(response);
    return response;
  }
}

export async function readParams(c: Context): Promise<unknown> {
  const isForm = c.req.header("Content-Type")?.startsWith("application/x-www-form-urlencoded") ?? false;
  const body = await c.req.text().catch(() => {
    throw clientDisconnected();
  });
  if (body !== "" && !isForm) throw notFormEncoded();
  const query = new URL(c.req.url).search.slice(1);
  return qs.parse([query, body].filter(Boolean).join("&"), {
    // The largest index in any of Stripe's lists; qs turns a list with larger ones into a map.
    arrayLimit: 1000,
    parameterLimit: 10_000,
    depth: 10,
    plainObjects: true,
  });
}

export function errorResponse(error: unknown): ApiResponse {
  if (!(error instanceof ApiError)) console.error(error);
  const known = error instanceof ApiError ? error : internalError(error);
  return { status: known.status, body: prettyJson({ error: known.body }) };
}

function toResponse(c: Context, cause: Cause, response: ApiResponse): Response {
  return new Response(response.body, {
    status: response.status,
    headers: {
      "Content-Type": "application/json",
      "Request-Id": cause.id ?? "",
      "Stripe-Version": c.req.header("Stripe-Version") ?? Stripe.API_VERSION,
      ...(cause.idempotency_key && { "Idempotency-Key": cause.idempotency_key }),
      ...(response.original && { "Idempotent-Replayed": "true", "Original-Request": response.original }),
    },
  });
}

import type { Context } from "hono";
import * as v from "valibot";
import { authenticate, type Caller } from "../api/authenticate.ts";
import { serverError } from "../api/errors.ts";
import type { ApiResponse } from "../api/idempotency.ts";
import { errorResponse, injectFault, readParams, requestInfo, respond } from "../api/request.ts";
import type { Cause } from "../core/cause.ts";
import { newId } from "../core/ids.ts";
import { prettyJson } from "../core/pretty_json.ts";
import { consumeFault } from "../state/faults.ts";
import type { Simulator } from "../state/simulator.ts";

/** An error of OAuth itself, in the form of RFC 6749, section 5.2. What fails before that (a missing or invalid key,
 *  rate limiting, an outage) gets the API's usual error. */
export class OAuthError {
  readonly status: 400 | 401;
  readonly body: { error: string; error_description: string };

  constructor(status: 400 | 401, error: string, error_description: string) {
    this.status = status;
    this.body = { error, error_description };
  }
}

interface OAuthCall {
  cause: Cause;
  caller: Caller;
  params: unknown;
}

/** Synchronous, like every handler. An error is returned rather than thrown, because it may have changed state too. */
export type OAuthHandler = (call: OAuthCall, simulator: Simulator) => object | OAuthError;

export const textParam = v.optional(v.string(), "");

const Secret = v.object({ client_secret: v.optional(v.string()) });

/** Turns a handler into a route that behaves like Stripe's OAuth around it. It has no idempotency keys:
 *  a repeated request is a second request. */
export function oauth(simulator: Simulator, handler: OAuthHandler) {
  return async (c: Context): Promise<Response> => {
    const cause: Cause = { id: newId.request(), idempotency_key: null };
    let caller: Caller | undefined;
    let response: ApiResponse;
    try {
      const params = await readParams(c);
      caller = authenticate(simulator, authorization(c, params));
      response = handle(c, simulator, handler, { cause, caller, params });
    } catch (error) {
      response = errorResponse(error);
    }
    return respond(c, simulator, cause, caller, response);
  };
}

function handle(c: Context, simulator: Simulator, handler: OAuthHandler, call: OAuthCall): ApiResponse {
  const { caller } = call;
  injectFault(c, simulator, caller);
  caller.assertMay("connected_account_write", caller.account);
  return simulator.store.transaction(() => {
    const result = handler(call, simulator);
    if (result instanceof OAuthError) return { status: result.status, body: prettyJson(result.body) };
    const lost = consumeFault(simulator, requestInfo(c, caller), "error_after_success");
    return lost ? errorResponse(serverError(500)) : { status: 200, body: prettyJson(result) };
  });
}

/** The platform's key comes in the header, or in the form as OAuth's `client_secret`. */
function authorization(c: Context, params: unknown): string | undefined {
  const { success, output } = v.safeParse(Secret, params);
  const secret = success ? output.client_secret : undefined;
  return c.req.header("Authorization") ?? (secret && `Bearer ${secret}`);
}

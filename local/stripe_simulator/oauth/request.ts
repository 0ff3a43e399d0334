import type { Context } from "hono";
import * as v from "valibot";
import { authenticate, type Caller } from "../api/authenticate.ts";
import { serverError } from "../api/errors.ts";
import type { Answer } from "../api/idempotency.ts";
import { askedOf, failure, meetTrouble, readParams, respond } from "../api/request.ts";
import type { Cause } from "../core/cause.ts";
import { newId } from "../core/ids.ts";
import { pretty } from "../core/pretty_json.ts";
import { useUp } from "../state/faults.ts";
import type { Simulator } from "../state/simulator.ts";

/** What OAuth itself refuses, in the form of RFC 6749, section 5.2. Anything before that (no key, a wrong one, too
 *  many requests, trouble at Stripe) is answered as everywhere in the API. */
export class OAuthError {
  readonly status: 400 | 401;
  readonly body: { error: string; error_description: string };

  constructor(status: 400 | 401, error: string, error_description: string) {
    this.status = status;
    this.body = { error, error_description };
  }
}

export interface OAuthCall {
  cause: Cause;
  caller: Caller;
  params: unknown;
}

/** Synchronous, as every handler. A refusal is returned, not thrown: it too may have changed something. */
export type OAuthHandler = (call: OAuthCall, simulator: Simulator) => object | OAuthError;

const Secret = v.object({ client_secret: v.optional(v.string()) });

/** Turns a handler into a route that behaves like Stripe's OAuth around it. There are no idempotency keys here:
 *  whoever asks twice has asked twice. */
export function oauth(simulator: Simulator, handler: OAuthHandler) {
  return async (c: Context): Promise<Response> => {
    const cause: Cause = { id: newId.request(), idempotency_key: null };
    let caller: Caller | undefined;
    let answer: Answer;
    try {
      const params = await readParams(c);
      caller = authenticate(simulator, authorization(c, params));
      answer = answerTo(c, simulator, handler, { cause, caller, params });
    } catch (error) {
      answer = failure(error);
    }
    return respond(c, simulator, cause, caller, answer);
  };
}

function answerTo(c: Context, simulator: Simulator, handler: OAuthHandler, call: OAuthCall): Answer {
  const { caller } = call;
  meetTrouble(c, simulator, caller);
  caller.assertMay("connected_account_write", caller.account);
  return simulator.store.transaction(() => {
    const result = handler(call, simulator);
    if (result instanceof OAuthError) return { status: result.status, body: pretty(result.body) };
    const lost = useUp(simulator, askedOf(c, caller), "error_after_success");
    return lost ? failure(serverError(500)) : { status: 200, body: pretty(result) };
  });
}

/** The platform's key is in the header, or in the form as OAuth's `client_secret`. */
function authorization(c: Context, params: unknown): string | undefined {
  const { success, output } = v.safeParse(Secret, params);
  const secret = success ? output.client_secret : undefined;
  return c.req.header("Authorization") ?? (secret && `Bearer ${secret}`);
}

import middy from "@middy/core";
import type { Context } from "aws-lambda";
import { errorAnswer } from "./error_answer.ts";
import { OWN_TIME } from "./invocation.ts";
import { knownQuery } from "./known_query.ts";
import { logFields } from "./log_fields.ts";
import type { Answer, HttpHandler, Request, Step } from "./request.ts";

/** What every line that is logged for a request says. */
const logRequest = logFields(({ routeKey, requestContext }: Request) => ({
  route: routeKey,
  request: requestContext.requestId,
}));

/** A function of the HTTP API: its steps, then `run`. `Adds` is what the steps put into the context. */
export const pipeline = <Adds>(...steps: Step<Adds>[]) => ({
  handler: (run: (request: Request, context: Context & Adds) => Promise<Answer>): HttpHandler => {
    const piped = middy<Request, Answer, Error, Context & Adds>(OWN_TIME)
      .use([logRequest, ...steps])
      .handler(run);
    // The steps put it there before anybody reads it.
    return (request, context) => piped(request, (context ?? {}) as Context & Adds);
  },
});

/** Errors become `{ error: { code, message } }`, unknown ones a bare 500. */
export const jsonErrors = errorAnswer(({ status, code, message }) =>
  json(status, { error: { code, message } }),
);

/** A function for programs, none of which takes a query. */
export const api = <Adds>(...steps: Step<Adds>[]) => pipeline<Adds>(jsonErrors, ...steps, knownQuery());

export const json = (statusCode: number, body: unknown): Answer => ({
  statusCode,
  headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
  body: JSON.stringify(body),
});

import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { HttpError, isDynamoError, Unavailable } from "../errors.ts";
import { describeError, log, withLogFields } from "../log.ts";

export type Request = APIGatewayProxyEventV2;
export type Answer = APIGatewayProxyStructuredResultV2;

/** Wraps a function of the HTTP API: errors become `{ error: { code, message } }`, unknown ones a bare 500. */
export const api =
  (route: (request: Request) => Promise<Answer>) =>
  async (request: Request): Promise<Answer> => {
    try {
      return await withLogFields(requestOf(request), () => route(request));
    } catch (error) {
      const { status, code, message } = asHttpError(error, request);
      return json(status, { error: { code, message } });
    }
  };

export const json = (statusCode: number, body: unknown): Answer => ({
  statusCode,
  headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
  body: JSON.stringify(body),
});

/** What every line that is logged for a request says. */
export const requestOf = ({ routeKey, requestContext }: Request) => ({
  route: routeKey,
  request: requestContext.requestId,
});

export function asHttpError(error: unknown, request: Request): HttpError {
  if (error instanceof HttpError) return error;
  log.error("a request failed", { ...requestOf(request), ...describeError(error) });
  return isDynamoError(error)
    ? new Unavailable("The tables do not answer. Try again in a moment.")
    : new HttpError(500, "internal_error", "Something went wrong on our side.");
}

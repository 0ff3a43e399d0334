import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { formBody, jsonBodyIfAny } from "../../lib/http/input.ts";
import type { Request } from "../../lib/http/request.ts";

/** A request as API Gateway's HTTP API hands it to a function (payload 2.0). */
export function aRequest({
  method = "GET",
  route = `${method} /`,
  path = {},
  query,
  headers = {},
  body,
  isBase64Encoded = false,
}: {
  method?: string;
  /** Of a function that has several, which one. */
  route?: string;
  path?: Record<string, string>;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string;
  isBase64Encoded?: boolean;
}): APIGatewayProxyEventV2 {
  return {
    version: "2.0",
    routeKey: route,
    rawPath: "/",
    rawQueryString: "",
    headers,
    pathParameters: path,
    ...(query && { queryStringParameters: query }),
    requestContext: {
      accountId: "123456789012",
      apiId: "api",
      domainName: "api.example.com",
      domainPrefix: "api",
      http: { method, path: "/", protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "test" },
      requestId: "request-1",
      routeKey: route,
      stage: "$default",
      time: "23/Nov/2026:12:00:00 +0000",
      timeEpoch: 1_795_435_200_000,
    },
    ...(body !== undefined && { body }),
    isBase64Encoded,
  };
}

/** A request as the steps before a function leave it: what was text is what the form or the JSON says. */
export function aParsedRequest(
  facts: Parameters<typeof aRequest>[0],
  steps = [formBody, jsonBodyIfAny],
): Request {
  const event: Request = aRequest(facts);
  const step = { event, context: aContext(), response: undefined, error: undefined, internal: {} };
  for (const { before } of steps) before?.(step);
  return event;
}

/** The status and the parsed JSON of an answer. */
export const answerOf = ({ statusCode, body }: APIGatewayProxyStructuredResultV2) => ({
  status: statusCode,
  body: body === undefined ? undefined : JSON.parse(body),
});

export const bearer = (apiKey: string): Record<string, string> => ({ authorization: `Bearer ${apiKey}` });

/** What of Lambda's context the functions use. */
export const aContext = (remainingMs = 60_000) =>
  ({ awsRequestId: "request-1", getRemainingTimeInMillis: () => remainingMs }) as Context;

import type middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";

/** A request of API Gateway's HTTP API (payload 2.0). Its body is text until a step has parsed it. */
export type Request = Omit<APIGatewayProxyEventV2, "body"> & { body?: unknown };
export type Answer = APIGatewayProxyStructuredResultV2;

export type HttpHandler = (request: Request, context?: Context) => Promise<Answer>;

/** A middleware of the HTTP API; `Adds` is what it puts into the context for those after it. */
export type Step<Adds = unknown> = middy.MiddlewareObj<Request, Answer, Error, Context & Adds>;

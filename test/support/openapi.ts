/**
 * Holds what the functions answer in tests against docs/openapi.json: each JSON answer of each, errors, too, and each
 * body that was accepted. Where one is not as the document says, the function fails.
 */
import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import * as v from "valibot";
import type { Answer, Request } from "../../lib/http/request.ts";

const Content = v.object({ "application/json": v.object({ schema: v.unknown() }) });
const Response = v.union([v.object({ $ref: v.string() }), v.object({ content: v.optional(Content) })]);
export type OpenapiOperation = v.InferOutput<typeof OpenapiOperation>;
const OpenapiOperation = v.object({
  operationId: v.string(),
  parameters: v.optional(v.array(v.object({ name: v.string() })), []),
  requestBody: v.optional(v.object({ content: Content })),
  responses: v.record(v.string(), Response),
  security: v.array(v.record(v.string(), v.array(v.string()))),
});
const Document = v.looseObject({ paths: v.record(v.string(), v.record(v.string(), OpenapiOperation)) });

export const FILE = "docs/openapi.json";
const document = v.parse(Document, JSON.parse(readFileSync(FILE, "utf8")));

/** Each operation by its route in serverless.yml, with its place in the document. */
export const operations = new Map(
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Placed] => [
      `${method.toUpperCase()} ${path}`,
      { operation, place: `#/paths/${escaped(path)}/${method}` },
    ]),
  ),
);
type Placed = { operation: OpenapiOperation; place: string };

/** A part of a JSON pointer in a reference. */
function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));
}

/** Whether an operation is the function's: one that answers several routes has several, which answer alike. */
export const isOf = ({ operationId }: OpenapiOperation, name: string): boolean =>
  operationId === name || operationId.startsWith(`${name}Of`);

const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(strictly(document), FILE);

/** The document lets answers have new fields, for who reads them; here each field is one that it has. What is sent stays. */
function strictly(part: unknown): object {
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== "object" || node === null) return node;
    const walked = Object.fromEntries(
      Object.entries(node).map(([key, value]) => [key, key === "requestBody" ? value : walk(value)]),
    );
    return "properties" in walked ? { additionalProperties: false, ...walked } : walked;
  };
  return Object(walk(part));
}

const compiled = new Map<string, ValidateFunction>();

function assertValid(place: string, value: unknown, what: string): void {
  const validate = compiled.get(place) ?? ajv.compile({ $ref: `${FILE}${place}` });
  compiled.set(place, validate);
  if (!validate(value))
    throw new Error(
      `${what} is not as ${FILE} says: ${ajv.errorsText(validate.errors)}. Mend its schema, or openapi/, then npm run openapi.`,
    );
}

/** The successes that were answered in this file of tests, and were as the document says: `createCheckout 201`. */
export const seen = new Set<string>();

/** The operation of a request by its route; where that says nothing, the one that is called as the function is. */
const placedOf = (name: string, { routeKey = "" }: Partial<Request>): Placed | undefined => {
  const routes = [routeKey, routeKey.replace(" /", " /spaces/{space}/")];
  const byRoute = routes.flatMap((route) => operations.get(route) ?? []);
  const named = [...operations.values()].filter(({ operation }) => operation.operationId === name);
  return [...byRoute, ...named, ...operations.values()].find(({ operation }) => isOf(operation, name));
};

/** The function `name`, held against the document; one that programs have nothing of stays as it is. */
export function documented<Event extends Partial<Request>, Rest extends unknown[], Result>(
  name: string,
  handler: (event: Event, ...rest: Rest) => Promise<Result>,
): (event: Event, ...rest: Rest) => Promise<Result> {
  if (!placedOf(name, {})) return handler;
  return async (event, ...rest) => {
    const { body } = event;
    // What a schedule or an operator has of a function that answers requests, too, is not for programs.
    const placed = event.requestContext && placedOf(name, event);
    const answer = await handler(event, ...rest);
    if (placed) assertDocumented(name, placed, Object(event), body, Object(answer));
    return answer;
  };
}

function assertDocumented(
  name: string,
  { operation, place }: Placed,
  { headers, isBase64Encoded }: Request,
  sent: unknown,
  { statusCode = 0, headers: of = {}, body }: Answer,
): void {
  const isJson = String(of["content-type"] ?? "").startsWith("application/json");
  if (!isJson && (body || statusCode === 303)) return;
  const response = operation.responses[statusCode];
  if (!response)
    throw new Error(
      `${name} answers ${statusCode} ${body}, which ${FILE} does not say: add it in openapi/, then npm run openapi.`,
    );
  if ("content" in response || "$ref" in response) {
    const at = "$ref" in response ? response.$ref : `${place}/responses/${statusCode}`;
    assertValid(`${at}/content/application~1json/schema`, JSON.parse(body ?? ""), `What ${name} answers`);
  }
  const isForm = headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
  if (statusCode >= 300) return;
  if (operation.requestBody && !isForm)
    assertValid(
      `${place}/requestBody/content/application~1json/schema`,
      sent ? JSON.parse(Buffer.from(String(sent), isBase64Encoded ? "base64" : "utf8").toString()) : {},
      `What ${name} accepted`,
    );
  seen.add(`${operation.operationId} ${statusCode}`);
}

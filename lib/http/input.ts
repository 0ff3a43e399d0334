import type middy from "@middy/core";
import jsonBodyParser from "@middy/http-json-body-parser";
import urlEncodeBodyParser from "@middy/http-urlencode-body-parser";
import * as v from "valibot";
import { type HttpError, httpError, ValidationError } from "../errors.ts";
import { fieldOf } from "./body.ts";
import type { Request, Step } from "./request.ts";

const FORM_BODY = urlEncodeBodyParser({ disableContentTypeError: true });
const JSON_BODY = jsonBodyParser({ disableContentTypeCheck: true });

/** A form's body becomes its fields; what is no form stays as it is. */
export const formBody: Step = {
  before: (step) => parseText(FORM_BODY, step),
};

/** A body that is JSON, whatever it calls itself, becomes what it says. @throws `not_json`, also where there is no body */
export const jsonBody: Step = {
  before: (step) => {
    if (!step.event.body) throw httpError("not_json");
    parseText(JSON_BODY, step);
    // curl calls everything a form that it is not told about.
    step.event.headers = { ...step.event.headers, "content-type": "application/json" };
  },
};

/** The same for what may need no fields: no body stays none. */
export const jsonBodyIfAny: Step = { before: (step) => parseText(JSON_BODY, step) };

/** A body that is text yet: what has been parsed stays. */
function parseText({ before }: typeof FORM_BODY | typeof JSON_BODY, step: middy.Request<Request>): void {
  const { body, ...event } = step.event;
  if (typeof body !== "string" || !body) return;
  const parsed = { ...step, event: { ...event, body } };
  try {
    before?.(parsed);
  } catch (error) {
    throw refusal(error);
  }
  step.event.body = parsed.event.body;
}

/** What middy's parser throws quotes the body; but for a key that would reach into a prototype, it names the key. */
function refusal(error: unknown): HttpError {
  const cause = v.safeParse(ForbiddenKey, error);
  return cause.success
    ? new ValidationError({ [cause.output.cause.data]: "is no field here" })
    : httpError("not_json");
}
const ForbiddenKey = v.object({
  message: v.literal("Forbidden key in JSON body"),
  cause: v.object({ data: v.string() }),
});

export const isForm = (request: Request): boolean =>
  request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;

/** A form has texts alone; of JSON, which may hold anything, nothing else is shown in a form. */
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** The fields of a form, the last of each name, without the token that proves it is ours. */
export function formOf(request: Request): { csrf: string | undefined; values: Record<string, string> } {
  const each = Object.entries(typeof request.body === "object" ? (request.body ?? {}) : {});
  const { csrf, ...values } = Object.fromEntries(
    each.map(([name, value]) => [name, textOf([value].flat().at(-1))]),
  );
  return { csrf, values };
}

/** What a form or a JSON body says, parsed by `schema`. @throws {ValidationError} naming every field that is wrong. */
export function inputOf<Schema extends v.GenericSchema>(
  request: Request,
  schema: Schema,
): v.InferOutput<Schema> {
  // No body is an object without fields.
  const body = isForm(request)
    ? formOf(request).values
    : request.body === undefined || request.body === ""
      ? {}
      : request.body;
  // To a schema without required fields, a list is as good as an empty object.
  if (Array.isArray(body)) throw new ValidationError({ body: "must be an object" });
  return parsedBy(schema, body);
}

/**
 * What the query of an address says, parsed by `schema`; of a form's field that nobody filled in, nothing.
 * @throws {ValidationError} naming every parameter that is wrong
 */
export function queryOf<Schema extends v.GenericSchema>(
  { queryStringParameters }: Request,
  schema: Schema,
): v.InferOutput<Schema> {
  const given = Object.entries(queryStringParameters ?? {}).filter(([, value]) => value !== "");
  return parsedBy(schema, Object.fromEntries(given));
}

function parsedBy<Schema extends v.GenericSchema>(schema: Schema, input: unknown): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, input);
  if (parsed.success) return parsed.output;
  const fields: Record<string, string> = {};
  for (const issue of parsed.issues) fields[fieldOf(issue)] ??= issue.message;
  throw new ValidationError(fields);
}

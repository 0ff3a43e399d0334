import * as v from "valibot";
import { BadRequest, HttpError } from "../errors.ts";
import type { Request } from "./api.ts";
import { fieldOf, rawBody } from "./body.ts";

/** 400, unless told: what was sent cannot be taken, field by field. A page says each at its field. */
export class ValidationError extends HttpError {
  readonly fields: Record<string, string>;

  constructor(fields: Record<string, string>, status = 400, code = "invalid_field") {
    const [[field, message] = ["body", "is wrong"]] = Object.entries(fields);
    super(status, code, `${field}: ${message}`);
    this.fields = fields;
  }
}

export const isForm = (request: Request): boolean =>
  request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;

/** The fields of a form, each once, without the token that proves it is ours. */
export function formOf(request: Request): { csrf: string | undefined; values: Record<string, string> } {
  const { csrf, ...values } = Object.fromEntries(new URLSearchParams(rawBody(request).toString("utf8")));
  return { csrf, values };
}

/** What a form or a JSON body says, parsed by `schema`. @throws {ValidationError} naming every field that is wrong. */
export function inputOf<Schema extends v.GenericSchema>(
  request: Request,
  schema: Schema,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, isForm(request) ? formOf(request).values : jsonOf(request));
  if (parsed.success) return parsed.output;
  const fields: Record<string, string> = {};
  for (const issue of parsed.issues) fields[fieldOf(issue)] ??= issue.message;
  throw new ValidationError(fields);
}

function jsonOf(request: Request): unknown {
  let body: unknown;
  try {
    body = JSON.parse(rawBody(request).toString("utf8") || "{}");
  } catch {
    throw new BadRequest("The body is not JSON.", "not_json");
  }
  // To a schema without required fields, a list is as good as an empty object.
  if (Array.isArray(body)) throw new ValidationError({ body: "must be an object" });
  return body;
}

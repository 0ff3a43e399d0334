import * as v from "valibot";
import { BadRequest } from "../errors.ts";
import type { Request } from "./api.ts";

/** The bytes as they were sent. API Gateway hands over text where it can and base64 where it must. */
export const rawBody = (request: Request): Buffer =>
  Buffer.from(request.body ?? "", request.isBase64Encoded ? "base64" : "utf8");

/** A text of whole characters; half of one, which JSON can carry, is none. */
export const Text = v.pipe(
  v.string("must be a text"),
  v.check((text) => text.isWellFormed(), "must be a text"),
);

/** An object with these fields and no others. */
export const fields = <Entries extends v.ObjectEntries>(entries: Entries) =>
  v.strictObject(entries, ({ expected, received }) => {
    if (expected === "never") return "is no field here";
    return received === "undefined" ? "is missing" : "must be an object";
  });

/** The JSON body, parsed by `schema`. @throws {BadRequest} naming the first field that is wrong. */
export function jsonBody<Schema extends v.GenericSchema>(
  request: Request,
  schema: Schema,
): v.InferOutput<Schema> {
  let body: unknown;
  try {
    body = JSON.parse(rawBody(request).toString("utf8"));
  } catch {
    throw new BadRequest("The body is not JSON.", "not_json");
  }
  if (Array.isArray(body)) throw new BadRequest("body: must be an object", "invalid_field");
  const parsed = v.safeParse(schema, body, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new BadRequest(`${fieldOf(issue)}: ${issue.message}`, "invalid_field");
}

/** `line_items[0].unit_amount`, as one would write it. */
export function fieldOf(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map(({ key }) =>
    typeof key === "number" ? `[${key}]` : `.${String(key)}`,
  );
  return path.join("").replace(/^\./, "") || "body";
}

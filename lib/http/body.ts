import * as v from "valibot";
import { BadRequest } from "../errors.ts";
import type { Request } from "./api.ts";

/** The bytes as they were sent. API Gateway hands over text where it can and base64 where it must. */
export const rawBody = (request: Request): Buffer =>
  Buffer.from(request.body ?? "", request.isBase64Encoded ? "base64" : "utf8");

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
  const parsed = v.safeParse(schema, body, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new BadRequest(`${fieldOf(issue)}: ${issue.message}`, "invalid_field");
}

/** `line_items[0].unit_amount`, as one would write it. */
function fieldOf(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map(({ key }) =>
    typeof key === "number" ? `[${key}]` : `.${String(key)}`,
  );
  return path.join("").replace(/^\./, "") || "body";
}

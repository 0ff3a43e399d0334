import * as v from "valibot";
import type { Request } from "./request.ts";

/** The bytes as they were sent, which no step has parsed. API Gateway hands over text where it can, else base64. */
export const rawBody = ({ body, isBase64Encoded }: Request): Buffer =>
  Buffer.from(typeof body === "string" ? body : "", isBase64Encoded ? "base64" : "utf8");

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

/** `line_items[0].unit_amount`, as one would write it. */
export function fieldOf(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map(({ key }) =>
    typeof key === "number" ? `[${key}]` : `.${String(key)}`,
  );
  return path.join("").replace(/^\./, "") || "body";
}

import * as v from "valibot";
import { ValidationError } from "../errors.ts";

/** A place in a list as opaque text. */
export const toCursor = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString("base64url");

/** @throws {ValidationError} for a cursor that no page of ours answered. */
export function fromCursor<Schema extends v.GenericSchema>(
  cursor: string,
  schema: Schema,
): v.InferOutput<Schema> {
  try {
    return v.parse(schema, JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
  } catch {
    throw new ValidationError({ next: "is not what an earlier page answered" });
  }
}

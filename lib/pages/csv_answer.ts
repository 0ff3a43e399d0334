import { gzipSync } from "node:zlib";
import { httpError, ValidationError } from "../errors.ts";
import type { Answer, Request } from "../http/request.ts";
import type { Negotiated } from "./negotiate.ts";

/**
 * The most that is answered as it is, in bytes: Lambda answers 6 MB of JSON at most, and in that a line's end is two characters
 * more. Packed, ten times as much fits.
 */
const MOST_PLAIN = 5_500_000;

/** Whether a caller would rather have a file for a spreadsheet: by `?format=csv`, or by `Accept`. @throws {ValidationError} */
export function wantsCsv(
  { preferredMediaType }: Partial<Negotiated>,
  { queryStringParameters }: Request,
): boolean {
  const format = queryStringParameters?.format;
  if (format !== undefined && format !== "csv") throw new ValidationError({ format: "must be `csv`" });
  return format === "csv" || preferredMediaType === "text/csv";
}

/** @throws {HttpError} 413 `answer_too_large` where it is too much for who takes it unpacked alone */
export function csvAnswer({ name, text }: { name: string; text: string }, { headers }: Request): Answer {
  const isPacked = /\bgzip\b/.test(headers["accept-encoding"] ?? "");
  if (!isPacked && Buffer.byteLength(text) > MOST_PLAIN) throw httpError("answer_too_large");
  return {
    statusCode: 200,
    headers: {
      "content-type": "text/csv; charset=utf-8; header=present",
      "content-disposition": `attachment; filename="${name}.csv"`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...(isPacked && { "content-encoding": "gzip" }),
    },
    body: isPacked ? gzipSync(text).toString("base64") : text,
    isBase64Encoded: isPacked,
  };
}

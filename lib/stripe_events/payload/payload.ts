import { deflateRawSync, inflateRawSync } from "node:zlib";
import { parseVerifiedWith, type StoredEvent } from "../stored_event.ts";
import { dictionary1 } from "./dictionary.ts";

/** DynamoDB's items hold 400 KB; this leaves room for the rest of the row. In bytes, after compression. */
const MAX_PAYLOAD_BYTES = 350_000;

/** A payload begins with a byte that says how it was packed. */
const VERSION_1 = 0b00001_110;

/** Small bodies are packed well, because DynamoDB counts in whole KB; of large ones the time counts. In bytes. */
const LARGE_BODY_BYTES = 10_000;

/** What a row says of its event beside the payload, which does not say it again. It never changes. */
type RowOfPayload = Pick<StoredEvent, "id" | "type" | "account" | "object" | "verified_with" | "hint">;

/** The body, compressed; undefined where even that is too large for the table. */
export function packPayload(body: Buffer, row: RowOfPayload): Buffer | undefined {
  const packed = deflateRawSync(body, {
    level: body.length < LARGE_BODY_BYTES ? 6 : 3,
    dictionary: dictionaryOf(row),
    // What a body packs to, and not the 16 KB that would be set aside for any.
    chunkSize: Math.max(256, body.length >> 1),
  });
  return packed.length < MAX_PAYLOAD_BYTES ? Buffer.concat([Buffer.of(VERSION_1), packed]) : undefined;
}

/** The body as it was received, byte for byte. */
export function unpackPayload(packed: Uint8Array, row: RowOfPayload): Buffer {
  const [first = 0] = packed;
  if (first !== VERSION_1) throw new Error("this payload was packed by a later version");
  return inflateRawSync(packed.subarray(1), { dictionary: dictionaryOf(row) });
}

function dictionaryOf({
  id,
  type,
  account = "",
  object = "",
  verified_with = "",
  hint,
}: RowOfPayload): Buffer {
  // Its Marketplace and Order, which our own metadata names.
  const { marketplace = "" } = hint ?? parseVerifiedWith(verified_with);
  const order = hint?.order ? `        "order": "${hint.order}",\n` : "";
  const own = `"marketplace": "${marketplace}",
${order}  "account": "${account}",
  "type": "${type}"
      "id": "${object}",
{
  "id": "${id}",
  "object": "event"`;
  return Buffer.concat([dictionary1(type), Buffer.from(own)]);
}

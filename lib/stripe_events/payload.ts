import { deflateRawSync, inflateRawSync } from "node:zlib";

/** DynamoDB's items hold 400 KB; this leaves room for the rest of the row. In bytes, after compression. */
const MAX_PAYLOAD_BYTES = 350_000;

/** The body, compressed; undefined where even that is too large for the table. */
export function packPayload(body: Buffer): Buffer | undefined {
  const packed = deflateRawSync(body, { level: 6 });
  return packed.length <= MAX_PAYLOAD_BYTES ? packed : undefined;
}

export const unpackPayload = (packed: Uint8Array): Buffer => inflateRawSync(packed);

import type { IncomingMessage } from "node:http";

/** What belongs to one connection, and not to the request. */
const HOP_BY_HOP = new Set([
  "connection",
  "content-length",
  "host",
  "keep-alive",
  "transfer-encoding",
  "accept-encoding",
]);

/** Sends a request that a proxy received to the server at `origin`, with the body that was read of it. */
export const forward = (
  origin: string,
  { method, url, headers }: IncomingMessage,
  body: Uint8Array<ArrayBuffer>,
): Promise<Response> =>
  fetch(new URL(url ?? "/", origin), {
    method: method ?? "GET",
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) =>
        HOP_BY_HOP.has(name) || !value ? [] : [[name, String(value)]],
      ),
    ),
    ...(body.length > 0 && { body }),
  });
